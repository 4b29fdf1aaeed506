/**
 * Seconds in which a folder of 10,000 runs becomes a table: anew, and opened again with nothing changed, beside pandas, which reads all
 * of them each time. The runs are made: records as a run leaves them, 20 steps and 8 evaluations each.
 *
 *   node -r ./tests/typescript.cjs tests/bench/runs.ts < request.json      one run of ours
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { store, versions } from "../../src/runs/index.js";
import { metrics } from "../../src/measure/definitions.js";
import type { OnProgress } from "../../src/types.js";
import { typescript } from "../node.js";
import { pythonHas } from "../python.js";
import { type Outcome, race } from "./bpe-race.js";
import type { Row } from "./row.js";

const root = join(__dirname, "..", "..");

export interface RunsOptions {
  /** 1,000 runs instead of 10,000. */
  quick?: boolean;
  rounds?: number;
  onProgress?: OnProgress;
}

export async function runsRows({ quick = false, rounds = 3, onProgress }: RunsOptions = {}): Promise<Row[]> {
  const count = quick ? 1000 : 10_000;
  const dir = mkdtempSync(join(tmpdir(), "palimpsest-bench-runs-"));
  try {
    for (let i = 0; i < count; i++) makeRun(join(dir, "runs", `run-${i}`), i);
    const pandas = pythonHas("pandas", "pyarrow")
      ? { command: ["python3", join(root, "tests/bench/runs.py")] }
      : { command: undefined, missing: "no Python with pandas and pyarrow here" };
    const ours = [process.execPath, ...typescript, __filename];
    const works = { "made anew": true, "opened, nothing changed": false };
    const rows: Row[] = [];
    for (const [work, anew] of Object.entries(works))
      rows.push(
        await race({
          work: `table of ${count} runs, ${work}`,
          contenders: [
            { by: "palimpsest", command: ours },
            { by: "pandas", ...pandas },
          ],
          request: { dir, count, anew, theirs: join(dir, "theirs.parquet") },
          rounds,
          onProgress,
        }),
      );
    return rows;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function makeRun(dir: string, i: number): void {
  const shares = { old: (i % 5) / 10, new: 1 - (i % 5) / 10 };
  const record = {
    format: 1,
    name: `run-${i}`,
    status: "finished",
    recipe: {
      trainer: 3,
      model: { vocabSize: 1280, width: 64, layers: 2, heads: 2, ffn: 176, context: 128, norm: "rms" },
      mixture: { name: "fixed", shares },
      schedule: { name: "rewarm", peak: 1e-3 * (1 + (i % 3)), warmup: 0.01, floor: 2e-4 },
      optimiser: { name: "adamw", betas: [0.9, 0.95], epsilon: 1e-8, weightDecay: 0.1, clip: 1 },
      ...{ steps: 20, batch: 2, context: 128, evaluateAt: [5, 10, 15, 20] },
    },
    seed: i,
    versions: versions(),
    engine: { mode: "compiled", device: "cpu", reason: "made", threads: 1 },
    parameters: { total: 182592, withoutEmbeddings: 100672 },
    metrics,
    labels: { share: shares.old },
    shares: { asked: shares, realised: shares },
  };
  const rows: object[] = [];
  for (let step = 1; step <= 20; step++) {
    const at = { step, tokens: 256 * step };
    const loss = 7 - Math.log(step) + i / 1e6;
    rows.push({ kind: "step", ...at, loss, learningRate: 1e-3, gradientNorm: 1, tokensPerSecond: 1e4 });
    if (step % 5 === 0)
      for (const domain of ["old", "new"])
        rows.push({ kind: "evaluation", ...at, domain, loss, bitsPerByte: loss / 4 });
  }
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, "run.json"), JSON.stringify(record, null, 2));
  writeFileSync(join(dir, "metrics.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
}

async function once(): Promise<void> {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const { dir, count, anew } = JSON.parse(readFileSync(0, "utf8")) as { dir: string; count: number; anew: boolean };
  if (anew) rmSync(join(dir, "runs.parquet"), { force: true });
  const begun = performance.now();
  const { rows, read } = await store({ dir });
  const seconds = (performance.now() - begun) / 1000;
  if (rows.length !== count || read !== (anew ? count : 0)) throw new Error(`bench: ${rows.length} rows, ${read} read`);
  const outcome: Outcome = { version, seconds, peakMegabytes: process.resourceUsage().maxRSS / 1024 };
  process.stdout.write(JSON.stringify(outcome));
}

if (require.main === module)
  once().catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
