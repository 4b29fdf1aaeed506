import assert from "node:assert/strict";
import { test } from "node:test";
import { fixed } from "../../src/mixture/index.js";
import * as train from "../../src/train/index.js";
import { folder, language, tinyModel } from "./tiny.js";

folder();
const on = { old: language("old"), new: language("new") };

test("a model scored without training has the numbers of its run's last evaluation", async () => {
  const evaluators = [train.distance()];
  const run = await train.continue(await tinyModel(), {
    on,
    mixture: fixed({ old: 0.5, new: 0.5 }),
    schedule: train.constant({ peak: 1e-2 }),
    steps: 3,
    batch: 4,
    evaluateAt: [0, 3],
    evaluators,
    heldOutBytes: 2000,
  });
  const last = run.evaluations.filter(({ step }) => step === 3);
  const { evaluations } = await train.evaluate(run.model, { on, heldOutBytes: 2000, batch: 4 });
  assert.deepEqual(
    evaluations,
    last.map(({ domain, loss, bitsPerByte }) => ({ domain, loss, bitsPerByte })),
  );
  // Windows do not depend on how many are scored at once, to rounding.
  const other = await train.evaluate(run.model, { on, heldOutBytes: 2000, batch: 7 });
  other.evaluations.forEach(({ loss }, i) => assert.ok(Math.abs(loss - evaluations[i]!.loss) < 1e-5 * loss));
  const moved = run.measurements
    .filter(({ metric }) => metric === "distance")
    .map(({ step, value }) => [step, value > 0]);
  assert.deepEqual(moved, [
    [0, false],
    [3, true],
  ]);
});

test("losses by domain within a step average to the step's loss, and shares are in its row", async () => {
  const run = await train.continue(await tinyModel(), {
    on,
    mixture: fixed({ old: 0.25, new: 0.75 }),
    schedule: train.constant({ peak: 1e-2 }),
    steps: 3,
    batch: 4,
    evaluateAt: [],
  });
  for (const row of run.steps) {
    assert.ok(Math.abs(0.25 * row.loss_old! + 0.75 * row.loss_new! - row.loss) < 1e-5 * row.loss);
    assert.deepEqual([row.share_old, row.share_new], [0.25, 0.75]);
  }
  assert.deepEqual(Object.keys(run.record.epochs!), ["old", "new"]);
});

test("what cannot be scored is refused in one line", async () => {
  const model = await tinyModel();
  await assert.rejects(train.evaluate(model, {}), /^Error: evaluate: invalid text: give either on or shards$/);
  await assert.rejects(train.evaluate(model, { on, context: 99 }), /^Error: evaluate: invalid context: 99 \(1 to 16/);
});
