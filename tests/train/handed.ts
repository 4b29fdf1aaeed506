/** A recipe that other trainers are handed: two made-up languages, 20 updates; and their losses beside those of the run here. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as train from "../../src/train/index.js";
import { oracle } from "../python.js";
import { folder } from "./tiny.js";

export const root = folder();
const syllables = { old: ["ba", "de", "gi", "lo", "mu"], new: ["šó", "ťa", "ýk", "žů", "ně"] };
export const texts: Record<string, string[]> = {};
for (const [name, parts] of Object.entries(syllables)) {
  const line = (d: number): string =>
    Array.from({ length: 40 }, (_, i) => parts[(d * 7 + i * (1 + (d % 3))) % 5]! + (i % 4 ? "" : " ")).join("") + d;
  texts[name] = Array.from({ length: 60 }, (_, d) => line(d));
  writeFileSync(join(root, `${name}.jsonl`), texts[name].map((text) => JSON.stringify({ text }) + "\n").join(""));
}

export const good = {
  corpus: { files: { old: "old.jsonl", new: "new.jsonl" }, heldOut: 0.1 },
  model: { size: "nano", vocabSize: 300, tokenizerOn: ["old"] },
  mixture: { name: "ramp", from: { old: 0.5, new: 0.5 }, to: { old: 0.1, new: 0.9 } },
  schedule: { name: "wsd", peak: 0.003, warmup: 0.2 },
  optimiser: { clip: 0.7 },
  steps: 20,
  batch: 4,
  accumulate: 2,
  context: 32,
  evaluate: { at: [20], bytes: 500 },
  engine: { device: "cpu", threads: 1 },
};
export const recipe = train.parseRecipe(good);

/** What a script of tests/golden trains from the folder of a hand-off, against the run here, which is in `root`/run. */
export function checkLosses(script: string, handoff: string, updates: number): void {
  const args = [oracle, join(__dirname, "..", "golden", script), handoff, `${updates}`];
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: "1", HF_HUB_OFFLINE: "1", WANDB_MODE: "disabled" };
  const { stdout, stderr, status } = spawnSync("python3", args, { encoding: "utf8", env });
  assert.equal(status, 0, stderr);
  const { losses } = JSON.parse(stdout.trim().split("\n").at(-1)!) as { losses: number[] };
  const own = train.open(join(root, "run")).steps.map(({ loss }) => loss);
  assert.equal(losses.length, updates);
  const furthest = Math.max(...losses.map((loss, i) => Math.abs(loss - own[i]!)));
  assert.ok(furthest < 1e-4, `${furthest}`);
}
