/**
 * `npm run bench`: our training step beside PyTorch's, our BPE trainers and our encoder beside Hugging Face's,
 * our fits beside SciPy's, our rules and MinHash beside datatrove's, our table of runs beside pandas' and our notebook kernel beside ipykernel and Deno's, in one run on this machine. Prints a table for each as it ends and writes `out/bench/bench.json`,
 * every round in it. A busy machine gives numbers that mean little: the lowest and highest round stand beside each median.
 *
 *   npm run bench -- --quick               one round of fewer steps and smaller files
 *   npm run bench -- --rounds 5 --threads 1 --device webgpu
 *   npm run bench -- --only bpe        (or step, lora, extend, encode, kernel, laws, embed, widen, merge, text or runs)
 *   npm run bench -- --only step-135m  135 M parameters at 2 × 256 and 8 × 256 tokens, which no other run has
 */
import { arch, availableParallelism, cpus, loadavg, platform } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { writeAtomically } from "../../src/files.js";
import { progressReporter } from "../../src/lab/cell/progress.js";
import { bpe } from "./bpe.js";
import { widen } from "./bpe-widen.js";
import { embed } from "./embed.js";
import { encode } from "./encode.js";
import { kernelRows } from "./kernel.js";
import { lawsRows } from "./laws.js";
import { loraRows } from "./lora-rows.js";
import { table, type Row } from "./row.js";
import { runsRows } from "./runs.js";
import { batchesOf135M, stepRows } from "./step-rows.js";
import { mergeFolders } from "./merge.js";
import { textRows } from "./text.js";
import { widenFolder } from "./widen.js";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    rounds: { type: "string" },
    threads: { type: "string", default: String(availableParallelism()) },
    device: { type: "string", default: "cpu" },
    only: { type: "string" },
  },
});

values.rounds ??= values.quick ? "1" : "3";

function whole(name: "rounds" | "threads"): number {
  const value = Number(values[name]);
  if (!(Number.isInteger(value) && value > 0))
    throw new Error(`bench: invalid --${name}: ${values[name]} (a whole number from 1)`);
  return value;
}

async function main(): Promise<void> {
  const { quick, device } = values;
  const [rounds, threads] = [whole("rounds"), whole("threads")];
  const { report: onProgress, done } = progressReporter();
  const parts: Record<string, () => Row[] | Promise<Row[]>> = {
    step: () => stepRows({ rounds, threads, quick, device, onProgress }),
    lora: () => loraRows({ rounds, threads, quick, device, onProgress }),
    bpe: () => bpe({ rounds, onProgress }),
    extend: () => widen({ rounds, onProgress }),
    encode: () => encode({ rounds, onProgress }),
    embed: () => embed({ quick, rounds, onProgress }),
    widen: () => widenFolder({ quick, rounds, onProgress }),
    merge: () => mergeFolders({ quick, rounds, onProgress }),
    kernel: () => kernelRows({ cells: quick ? 100 : 1000, rounds, onProgress }),
    text: () => textRows({ quick, rounds, onProgress }),
    runs: () => runsRows({ quick, rounds, onProgress }),
    laws: () => lawsRows({ rounds, onProgress }),
  };
  const alone = {
    "step-135m": () => stepRows({ rounds, threads, quick, of: batchesOf135M, device, onProgress }),
  };
  const names = Object.keys(parts);
  Object.assign(parts, alone);
  if (values.only !== undefined && !Object.hasOwn(parts, values.only))
    throw new Error(`bench: invalid --only: ${values.only} (one of ${Object.keys(parts).join(", ")})`);
  const machine = {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: availableParallelism(),
    platform: `${platform()} ${arch()}`,
    node: process.version,
    load: loadavg()[0] ?? 0,
  };
  console.log(
    `${machine.cpu}, ${machine.cores} cores, ${machine.platform}; load ${machine.load.toFixed(2)} at the start`,
  );
  console.log(
    `${rounds} ${rounds === 1 ? "round" : "rounds"} in turns, ${threads} threads each, float32, batch 8 × 128 tokens where no other is said, AdamW, clipping`,
  );
  const path = join(__dirname, "..", "..", "out", "bench", "bench.json");
  const rows: Row[] = [];
  for (const name of values.only === undefined ? names : [values.only]) {
    const made = await Promise.resolve(parts[name]!()).finally(done);
    console.log(`\n${table(made)}`);
    rows.push(...made);
    writeAtomically(path, `${JSON.stringify({ machine, rounds, threads, quick, rows }, null, 1)}\n`);
  }
  console.log("\nevery round is in out/bench/bench.json");
  const failed = rows.filter(({ measured }) => measured[0]!.missing?.startsWith("failed"));
  if (failed.length > 0) throw new Error(`bench: failed: ${failed.map(({ work }) => work).join("; ")}`);
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
