/**
 * `npm run fuzz`: every reader of foreign files under changed copies of valid ones. Counts crashes, hangs, raw messages,
 * memory and silent acceptances by target; exits 1 where there is any. The same seed gives the same inputs.
 *
 *   npm run fuzz                                  two minutes
 *   npm run fuzz -- --minutes 30                  longer; or --inputs 200000, by count
 *   npm run fuzz -- --target csv --target notebook
 *   npm run fuzz -- --target csv --case 17        that input alone; its files are left in out/fuzz
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { progressReporter } from "../../src/lab/cell/progress.js";
import { rng } from "../../src/rng.js";
import { fuzz, table } from "./fuzz.js";
import { mutate } from "./mutate.js";
import { targets } from "./targets.js";

const { values } = parseArgs({
  options: {
    minutes: { type: "string" },
    inputs: { type: "string" },
    target: { type: "string", multiple: true },
    seed: { type: "string", default: "1" },
    case: { type: "string" },
  },
});

function numberOf(name: "minutes" | "inputs" | "seed" | "case", least: number): number | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!(text.trim() !== "" && value >= least && (name === "minutes" || Number.isSafeInteger(value))))
    throw new Error(`fuzz: invalid --${name}: ${text} (a ${name === "minutes" ? "" : "whole "}number from ${least})`);
  return value;
}

async function main(): Promise<void> {
  const [seed, inputs, one] = [numberOf("seed", 0)!, numberOf("inputs", 1), numberOf("case", 0)];
  const minutes = numberOf("minutes", 0) ?? (inputs === undefined && one === undefined ? 2 : undefined);
  const names = values.target ?? targets.map(({ name }) => name);
  const strange = names.find((name) => !targets.some((target) => target.name === name));
  if (strange !== undefined)
    throw new Error(`fuzz: invalid --target: ${strange} (one of ${targets.map(({ name }) => name).join(", ")})`);
  if (one !== undefined) for (const name of names) await leave(name, seed, one);
  const { report, done } = progressReporter();
  const began = Date.now();
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const { rows, findings } = await fuzz({
    targets: names,
    seed,
    ...(one === undefined ? { inputs } : { first: one, inputs: names.length }),
    ...(minutes !== undefined && { time: 60_000 * minutes }),
    processes: Math.min(names.length, availableParallelism()),
    onFinding: ({ target, case: number, kind, detail }) =>
      say(`${kind}: ${detail}\n  npm run fuzz -- --seed ${seed} --target ${target} --case ${number}`),
    onTally: (tried) => report({ label: "fuzzing", done: tried, total: inputs ?? tried }),
  }).finally(done);
  say(table(rows));
  say(`\nseed ${seed}, ${((Date.now() - began) / 60_000).toFixed(1)} minutes, ${findings.length} findings`);
  if (findings.length > 0) process.exitCode = 1;
}

/** Leaves the files of one input in out/fuzz. */
async function leave(name: string, seed: number, number: number): Promise<void> {
  const target = targets.find((each) => each.name === name)!;
  const parts = mutate(await target.seeds(), rng(seed).fork(`${name} ${number}`));
  const folder = join(__dirname, "..", "..", "out", "fuzz", `${name}-${number}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [file, bytes] of Object.entries(target.assemble?.(parts) ?? parts)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), bytes);
  }
  process.stdout.write(`${folder}\n`);
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
});
