/**
 * Makes runs.json beside this file, the losses of small runs of every kind: `node -r ./tests/typescript.cjs tests/golden/train/runs.ts`.
 * With `--hashes` it prints the hash of each run's weights instead: equal lines before and after a change on one machine are
 * equal bytes. tests/train/golden.test.ts holds new code against the losses, which differ between machines by rounding.
 */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Recipe } from "../../../src/train/index.js";
import * as train from "../../../src/train/index.js";
import type { Run } from "../../../src/train/index.js";

/** Text that needs no file of ours: two languages of a few syllables. */
function documents(parts: string[], shift: number): string {
  const lines = Array.from({ length: 60 }, (_, d) =>
    Array.from({ length: 40 }, (_, i) => parts[(d * 7 + i * (1 + (d % 3)) + shift) % parts.length]! + (i % 4 ? "" : " ")).join(""),
  );
  // Each is different, so that nothing a cleaner does to repeated documents shows.
  return lines.map((text, d) => JSON.stringify({ text: `${text}${d}` }) + "\n").join("");
}

const common = {
  corpus: { files: { old: "old.jsonl", new: "new.jsonl" }, heldOut: 0.1 },
  model: { size: "nano", vocabSize: 300, tokenizerOn: ["old"] },
  mixture: { old: 0.25, new: 0.75 },
  schedule: { name: "rewarm", peak: 0.003 },
  steps: 12,
  batch: 4,
  context: 32,
  evaluate: { at: [0, 12], bytes: 2000 },
  engine: { device: "cpu", threads: 1 },
};

export const recipes: Record<string, object> = {
  plain: common,
  constant: { ...common, schedule: { name: "constant", peak: 0.001 }, optimiser: { weightDecay: 0, clip: 0.5 } },
  widened: { ...common, extend: { on: "new", newTokens: 16 }, trainable: "new-rows" },
  parts: { ...common, trainable: { embedding: { from: 280 }, layers: [-1], norms: true } },
  forgetting: { ...common, activeForgetting: { every: 5 } },
  staged: { ...common, extend: { on: "new", newTokens: 16 }, stages: "eeve", evaluate: { bytes: 2000, even: 1 }, steps: 3 },
};

export async function runAll(dir: string): Promise<Record<string, Run>> {
  writeFileSync(join(dir, "old.jsonl"), documents(["ba", "de", "gi", "lo", "mu"], 0));
  writeFileSync(join(dir, "new.jsonl"), documents(["šó", "ťa", "ýk", "žů", "ně"], 3));
  const runs: Record<string, Run> = {};
  for (const [name, recipe] of Object.entries(recipes))
    runs[name] = await train.runRecipe({
      recipe: train.parseRecipe(recipe) as Recipe,
      dir: join(dir, "runs", name),
      from: dir,
    });
  return runs;
}

/** What of a run is compared. */
export const lossesOf = ({ steps, evaluations }: Run): { steps: number[]; evaluations: number[] } => ({
  steps: steps.map(({ loss }) => loss),
  evaluations: evaluations.map(({ loss }) => loss),
});

async function main(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "palimpsest-golden-"));
  process.env.PALIMPSEST_CACHE = join(dir, "cache");
  try {
    const runs = await runAll(dir);
    if (process.argv.includes("--hashes"))
      for (const [name, { model, steps, evaluations }] of Object.entries(runs)) {
        const hash = createHash("sha256");
        for (const tensor of Object.keys(model.weights).sort()) hash.update(tensor).update(Buffer.from(model.weights[tensor]!.data.buffer));
        console.log(name, hash.digest("hex").slice(0, 16), steps.at(-1)!.loss, evaluations.at(-1)!.bitsPerByte);
      }
    else {
      const golden = Object.fromEntries(Object.entries(runs).map(([name, run]) => [name, lossesOf(run)]));
      writeFileSync(join(__dirname, "runs.json"), JSON.stringify(golden, (_, value: unknown) => (typeof value === "number" ? Number(value.toPrecision(7)) : value), 1) + "\n");
    }
  } finally {
    rmSync(dir, { recursive: true });
  }
}
if (require.main === module) void main();
