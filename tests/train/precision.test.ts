/**
 * Products in 16 bits. On the processor ONNX Runtime computes float16 in float32, so what is seen here is the step that is made
 * of it, loss scaling and skipped updates, and not a device's rounding, which `palimpsest doctor --device` tries.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { choose } from "../../src/engine/index.js";
import { fixed } from "../../src/mixture/index.js";
import { configOf, init } from "../../src/model/index.js";
import { rng } from "../../src/rng.js";
import * as train from "../../src/train/index.js";
import { bare, folder, language, sameWeights, tinyModel } from "./tiny.js";

const root = folder();
const common = {
  on: { new: language("new") },
  mixture: fixed({ new: 1 }),
  schedule: train.constant({ peak: 1e-3 }),
  steps: 6,
  batch: 2,
  evaluateAt: [0, 6],
};

test("float16 is another run, near the float32 one, and resumes to the same bytes", async () => {
  const model = await tinyModel();
  const whole = await train.continue(model, { ...common, precision: "float16", dir: join(root, "whole") });
  const plain = await train.continue(model, common);
  for (const [i, { loss, gradientNorm }] of whole.steps.entries()) {
    assert.ok(Math.abs(loss - plain.steps[i]!.loss) < 5e-3, `loss ${loss}, in float32 ${plain.steps[i]!.loss}`);
    assert.ok(Math.abs(gradientNorm / plain.steps[i]!.gradientNorm - 1) < 2e-2);
  }
  assert.equal((whole.record.recipe as { precision: string }).precision, "float16");
  assert.ok(!("precision" in (plain.record.recipe as object)));

  const dir = join(root, "cut");
  const stop = new AbortController();
  const onStep = ({ step }: { step: number }): void => void (step === 3 && stop.abort());
  await train.continue(model, {
    ...common,
    precision: "float16",
    dir,
    signal: stop.signal,
    onStep,
    checkpointEvery: 1,
  });
  const resumed = await train.continue(model, { ...common, precision: "float16", dir, resume: true });
  sameWeights(resumed.model.weights, whole.model.weights);
  assert.deepEqual(bare(resumed), bare(whole));
});

test("gradients are those of the loss, whatever its scale; an overflow skips the update and halves the scale", async () => {
  const config = configOf({ width: 16, layers: 1, heads: 2, kvHeads: 1, ffn: 32, context: 8, vocabSize: 20 });
  const engine = await choose({ device: "cpu", threads: 1 });
  const tokens = Int32Array.from({ length: 2 * 9 }, (_, i) => (7 * i) % 20);
  const after = async (optimiser: train.Optimiser, updates: number) => {
    const { fn, signature } = train.trainStep({ config, batch: 2, context: 8, objective: train.causal(), optimiser });
    const slots = train.slotsAtStart({ leaves: train.allOf(config), optimiser });
    const state = engine.upload({ ...init({ config, rng: rng(1) }), ...slots });
    const program = await engine.compile(fn, signature);
    const norms: number[] = [];
    for (let step = 1; step <= updates; step++) {
      const { gradientNorm } = await program.run(state, { tokens, ...optimiser.scalars(step, 1e-3) });
      norms.push(gradientNorm![0]!);
    }
    return { norms, state: await state.download() };
  };
  const plain = await after(train.adamw(), 2);
  const scaled = await after(train.lossScaled({ of: train.adamw(), patience: 2 }), 2);
  for (const [i, norm] of scaled.norms.entries()) assert.ok(Math.abs(norm / plain.norms[i]! - 1) < 1e-5);
  for (const [name, { data }] of Object.entries(plain.state))
    for (const [i, value] of data.entries()) assert.ok(Math.abs(scaled.state[name]!.data[i]! - value) < 1e-5, name);
  assert.deepEqual(
    [scaled.state["scale.log2"]!.data[0], scaled.state["scale.clean"]!.data[0]],
    [1, 0],
    "doubled after two",
  );

  const tooLarge = await after(train.lossScaled({ of: train.adamw(), first: 128 }), 1);
  assert.deepEqual(tooLarge.norms, [0]);
  for (const [name, { data }] of Object.entries(init({ config, rng: rng(1) })))
    assert.deepEqual(tooLarge.state[name]!.data, data, `${name} is as it was`);
  assert.equal(tooLarge.state["scale.log2"]!.data[0], -1);
});

test("a precision that a device has no products for is one line, and so is one that does not exist", async () => {
  const model = await tinyModel();
  const engine = await choose({ device: "reference" });
  await assert.rejects(
    train.continue(model, { ...common, precision: "bfloat16" }),
    /^Error: engine: invalid precision: bfloat16 on cpu \(there is such a product on cuda\)$/,
  );
  await assert.rejects(
    train.continue(model, { ...common, precision: "float16", engine }),
    /^Error: engine: invalid precision: float16 on /,
  );
  await assert.rejects(
    train.continue(model, { ...common, precision: "float8" as "float16" }),
    /^Error: train: invalid precision: float8 \(one of float32, float16, bfloat16\)$/,
  );
});
