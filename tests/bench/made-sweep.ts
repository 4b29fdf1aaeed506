/** A sweep of thousands of runs that nobody trained, as it lies on disk when all are over: its file, and of each run what a run leaves. */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { metrics } from "../../src/measure/definitions.js";
import { versions } from "../../src/runs/index.js";
import { calledOf, leaveIntact, stampsOf } from "../../src/runs/intact.js";
import { searchIn } from "../../src/sweep/index.js";
import { foldersOf } from "../../src/sweep/places.js";
import { jobsOf } from "../../src/sweep/jobs.js";
import type { Recipe } from "../../src/train/index.js";

export interface MadeSweep {
  /** The sweep's file. */
  file: string;
  /** The sweep's folder; its ledger and its plan are not there yet. */
  dir: string;
  runs: number;
}

const steps = 20;
const config = '{"made":true}\n';

/** Runs of 20 steps and 8 evaluations, ten mixtures by so many seeds. */
export async function makeSweep(dir: string, runs: number): Promise<MadeSweep> {
  const [file, out] = [join(dir, "sweep.json"), join(dir, "sweep")];
  mkdirSync(join(out, "runs"), { recursive: true });
  for (const domain of ["old", "new"]) writeFileSync(join(dir, `${domain}.jsonl`), '{"text":"made"}\n');
  const sweep = {
    recipe: {
      name: "made",
      corpus: { files: { old: "old.jsonl", new: "new.jsonl" } },
      model: { size: "nano", vocabSize: 300 },
      schedule: { name: "rewarm", peak: 1e-3, warmup: 0.1 },
      batch: 2,
      steps,
      evaluate: { at: [5, 10, 15, 20], bytes: 1000 },
    },
    vary: {
      seed: Array.from({ length: runs / 10 }, (_, i) => i + 1),
      mixture: Array.from({ length: 10 }, (_, i) => ({ old: i / 10, new: (10 - i) / 10 })),
    },
  };
  writeFileSync(file, JSON.stringify(sweep));
  const wanted = await searchIn(sweep).propose(() => undefined);
  const jobs = await jobsOf(
    wanted.map(({ recipe }) => recipe),
    dir,
  );
  for (const [job, name] of foldersOf(jobs, join(out, "runs"))) makeRun(join(out, "runs", name), job.recipe);
  return { file, dir: out, runs };
}

function makeRun(dir: string, asked: Recipe): void {
  const shares = asked.mixture as Record<string, number>;
  const { seed = 1, name } = asked;
  const record = {
    format: 1,
    name,
    status: "finished",
    recipe: {
      trainer: 3,
      model: { vocabSize: 300, width: 64, layers: 2, heads: 2, ffn: 176, context: 128, norm: "rms" },
      mixture: { name: "fixed", shares },
      schedule: { name: "rewarm", peak: 1e-3, warmup: 0.1, floor: 1e-4 },
      optimiser: { betas: [0.9, 0.95], epsilon: 1e-8, weightDecay: 0.1, clip: 1 },
      ...{ steps, batch: 2, context: 128, seed, evaluateAt: [5, 10, 15, 20] },
    },
    seed,
    versions: versions(),
    engine: { mode: "compiled", device: "cpu", reason: "made", threads: 1 },
    parameters: { total: 119872, withoutEmbeddings: 100672 },
    metrics,
    notes: { recipe: asked },
    shares: { asked: shares, realised: shares },
  };
  const rows: object[] = [];
  for (let step = 1; step <= steps; step++) {
    const at = { step, tokens: 256 * step };
    const loss = 6 - Math.log(step) / 2 - shares.new! / 10 + Math.sin(seed * step) / 50;
    rows.push({ kind: "step", ...at, loss, learningRate: 1e-3, gradientNorm: 1 + 1 / step, tokensPerSecond: 1e4 });
    if (step % 5 === 0)
      for (const [domain, share] of Object.entries(shares))
        rows.push({ kind: "evaluation", ...at, domain, loss: loss - share, bitsPerByte: (loss - share) / 4 });
  }
  const files = {
    "model/config.json": config,
    "metrics.jsonl": rows.map((row) => `${JSON.stringify(row)}\n`).join(""),
  };
  mkdirSync(join(dir, "model"), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  const hashes = Object.entries(files).map(([name, text]) => [name, createHash("sha256").update(text).digest("hex")]);
  writeFileSync(
    join(dir, "run.json"),
    JSON.stringify({ ...record, files: Object.fromEntries(hashes) as object }, null, 2),
  );
  leaveIntact(dir, { called: calledOf({ name }), files: stampsOf(dir, ["run.json", ...Object.keys(files)]) });
}
