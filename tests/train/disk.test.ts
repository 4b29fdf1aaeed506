import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { latestCheckpoint, readCheckpoint } from "../../src/train/index.js";
import { saveCheckpoint, sweepPartial } from "../../src/train/run/checkpoint.js";
import { fixed } from "../../src/mixture/index.js";
import * as train from "../../src/train/index.js";
import type { Weights } from "../../src/types.js";
import { folder, language, sameWeights, tinyModel } from "./tiny.js";

const root = folder();
const weights = (value: number): Weights => ({ w: { shape: [2, 2], data: new Float32Array(4).fill(value) } });
const checkpoint = (step: number) => ({ step, weights: weights(step), slots: weights(-step), state: { at: step } });

test("a checkpoint comes back as it was, and the newest two are kept", () => {
  const dir = join(root, "kept");
  for (const step of [10, 20, 30]) saveCheckpoint({ dir, checkpoint: checkpoint(step) });
  assert.deepEqual(readdirSync(dir).sort(), ["step-00000020", "step-00000030"]);
  const { step, state, ...rest } = latestCheckpoint<{ at: number }>(dir)!;
  assert.deepEqual([step, state], [30, { at: 30 }]);
  sameWeights(rest.weights, weights(30));
  sameWeights(rest.slots, weights(-30));
});

test("half a checkpoint is never taken for one, and a damaged one gives way to the one before", () => {
  const dir = join(root, "damaged");
  assert.equal(latestCheckpoint(dir), undefined);
  for (const step of [1, 2]) saveCheckpoint({ dir, checkpoint: checkpoint(step) });
  mkdirSync(join(dir, ".step-00000003.tmp"));
  writeFileSync(join(dir, "step-00000002", "slots.safetensors"), "torn");
  const lines: string[] = [];
  assert.equal(latestCheckpoint(dir, { onSkip: (line) => lines.push(line) })!.step, 1);
  const torn = `readCheckpoint: invalid checkpoint: ${join(dir, "step-00000002")} (slots.safetensors is not what was written: its sha256 differs)`;
  assert.deepEqual(lines, [`${torn}; the one before it, of step 1, is taken`]);
  assert.throws(() => readCheckpoint(join(dir, "step-00000002")), { message: torn });
  sweepPartial(dir);
  assert.deepEqual(readdirSync(dir).sort(), ["step-00000001", "step-00000002"]);
});

test("a full disk is one clear line, and the checkpoint before it still resumes to the same bytes", async (t) => {
  const disk = join(root, "disk");
  mkdirSync(disk);
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=512k", "palimpsest-test", disk], { encoding: "utf8" });
  if (mounted.status !== 0)
    return t.skip(`no tmpfs can be mounted here: ${mounted.stderr?.trim() || "no mount command"}`);
  t.after(() => spawnSync("umount", ["-l", disk]));
  const recipe = await train.job(await tinyModel(), {
    on: { old: language("old"), new: language("new") },
    mixture: fixed({ old: 0.5, new: 0.5 }),
    schedule: train.rewarm({ peak: 1e-2 }),
    steps: 20,
    batch: 2,
    checkpointEvery: 5,
    evaluateAt: [0, 20],
    heldOutBytes: 500,
  });
  const dir = join(disk, "run");
  const filler = join(disk, "filler");
  const full = train.runRecipe({
    recipe,
    dir,
    threads: 1,
    onStep({ step }) {
      if (step !== 7) return;
      const { bavail, bsize } = statfsSync(disk);
      writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - 8192)));
    },
  });
  await assert.rejects(full, ({ message }: Error) => {
    assert.match(message, /the disk is full \(ENOSPC\)|ENOSPC/);
    assert.ok(!message.includes("\n"));
    return true;
  });
  assert.deepEqual(readdirSync(join(dir, "checkpoints")), ["step-00000005"]);
  rmSync(filler);
  const resumed = await train.runRecipe({ recipe, dir, resume: true, threads: 1 });
  const whole = await train.runRecipe({ recipe, dir: join(root, "roomy"), threads: 1 });
  sameWeights(resumed.model.weights, whole.model.weights);
});
