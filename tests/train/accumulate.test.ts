/** Several batches to an update: the same run as one of batches so large, by the rounding of float32. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { choose } from "../../src/engine/index.js";
import { doremi, fixed, type Mixture } from "../../src/mixture/index.js";
import { losses } from "../../src/model/index.js";
import * as train from "../../src/train/index.js";
import type { Run } from "../../src/train/index.js";
import { bare, folder, language, sameWeights, tinyModel } from "./tiny.js";

const root = folder();
const common = {
  on: { old: language("old"), new: language("new") },
  mixture: fixed({ old: 0.25, new: 0.75 }),
  schedule: train.rewarm({ peak: 3e-3 }),
  steps: 10,
  evaluateAt: [0, 10],
};

/** Domains that count 1 and 3. */
const weighted: Mixture = {
  name: "weighted",
  domains: ["old", "new"],
  options: { weights: [1, 3] },
  begin: () => ({ shares: () => [0.5, 0.5], weights: () => [1, 3] }),
};

/** The next token after one with an id below `limit`: batches differ in how many there are. */
const after = (limit: number): train.Objective => ({
  name: "after",
  options: { limit },
  begin: () => ({ inputs: train.causal().inputs, loss: lossAfter(limit) }),
});

const lossAfter =
  (limit: number): train.RunningObjective["loss"] =>
  ({ config, weights, inputs: { tokens } }) => {
    const [rows, span] = tokens!.shape as [number, number];
    const before = tf.slice(tokens!, [0, 0], [rows, span - 1]);
    const counts = tf.reshape(tf.cast(tf.less(before, limit), "float32"), [-1]);
    const perToken = tf.reshape(losses(config, weights, tokens!), [-1]);
    const count = tf.sum(counts);
    const loss = tf.div(tf.sum(tf.mul(perToken, counts)), tf.maximum(count, 1));
    return { loss, outputs: { twice: tf.mul(2, loss) }, count };
  };

const cases: Record<string, Partial<train.RunOptions> & { mixture?: Mixture }> = {
  plain: {},
  "loss weights": { mixture: weighted },
  "a mixture that is told the excess": { mixture: doremi({ domains: ["old", "new"], by: "weights" }) },
  "batches that count differently": { objective: after(262) },
  "a teacher, on the text of one domain": { objective: train.kl({ weight: 2, on: ["old"] }) },
  "batches that count nothing": { objective: after(0) },
  Muon: { optimiser: train.muon({ rates: { embedding: 0.5 } }) },
  parts: { parts: [train.activeForgetting({ every: 4 }), train.ema()] },
  LoRA: { parameters: train.lora({ rank: 2 }) },
  "new rows": { trainable: { embedding: { from: 280 } } },
};

const near = (actual: number, expected: number, relative: number): void =>
  assert.ok(Math.abs(actual - expected) <= relative * Math.abs(expected) + 1e-6, `${actual} is not ${expected}`);

for (const [name, change] of Object.entries(cases))
  test(`${name}: four batches of 2 are one of 8`, async () => {
    const model = await tinyModel();
    const options = { ...common, ...change };
    const small = await train.continue(model, { ...options, batch: 2, accumulate: 4 });
    const large = await train.continue(model, { ...options, batch: 8 });
    assert.equal(small.steps.length, common.steps);
    for (const [i, row] of small.steps.entries()) {
      const expected = large.steps[i]!;
      assert.deepEqual(Object.keys(row), Object.keys(expected));
      for (const key of Object.keys(row))
        if (key !== "tokensPerSecond") near(row[key] as number, expected[key] as number, 1e-4);
    }
    for (const [i, { loss }] of small.evaluations.entries()) near(loss, large.evaluations[i]!.loss, 1e-5);
    for (const [key, { data }] of Object.entries(small.model.weights)) {
      const expected = large.model.weights[key]!.data;
      const apart = Math.sqrt(data.reduce((sum, value, i) => sum + (value - expected[i]!) ** 2, 0));
      assert.ok(apart <= 1e-4 * Math.sqrt(expected.reduce((sum, value) => sum + value ** 2, 0)), `${key}: ${apart}`);
    }
  });

test("it belongs to what a run is, where it is not 1; stopped and resumed it is the same bytes", async () => {
  const options = { ...common, batch: 2, accumulate: 3, checkpointEvery: 4, parts: [train.ema()] };
  const recipe = (run: Run): Record<string, unknown> => run.record.recipe as Record<string, unknown>;
  const whole = await train.continue(await tinyModel(), { ...options, dir: join(root, "whole") });
  assert.equal(recipe(whole).accumulate, 3);
  assert.equal(whole.steps.at(-1)!.tokens, 10 * 3 * 2 * 16);
  const stop = new AbortController();
  const onStep = ({ step }: { step: number }): void => void (step === 6 && stop.abort());
  const dir = join(root, "cut");
  await train.continue(await tinyModel(), { ...options, dir, signal: stop.signal, onStep });
  await assert.rejects(
    train.continue(await tinyModel(), { ...options, accumulate: 2, dir, resume: true }),
    /^Error: train: invalid accumulate: /,
  );
  const resumed = await train.continue(await tinyModel(), { ...options, dir, resume: true });
  sameWeights(resumed.model.weights, whole.model.weights);
  assert.deepEqual(bare(resumed), bare(whole));
  const { slots } = train.latestCheckpoint(join(dir, "checkpoints"))!;
  assert.ok(!Object.keys(slots).some((name) => name.startsWith("gradient.")), "sums between updates are nothing");

  const once = await train.continue(await tinyModel(), { ...common, batch: 2, accumulate: 1 });
  assert.ok(!("accumulate" in recipe(once)));
  sameWeights(once.model.weights, (await train.continue(await tinyModel(), { ...common, batch: 2 })).model.weights);
  const branch = await train.branch(dir, {
    ...common,
    batch: 2,
    parts: [train.ema()],
    schedule: train.constant({ peak: 1e-3 }),
    steps: 2,
    evaluateAt: [],
  });
  assert.equal(branch.steps.length, 2);
});

test("an eager engine keeps nothing between batches", async () => {
  const engine = await choose({ device: "reference" });
  const run = async (accumulate: number): Promise<number> => {
    const before = tf.memory().numTensors;
    let most = 0;
    await train.continue(await tinyModel(), {
      ...common,
      steps: 1,
      batch: 1,
      accumulate,
      evaluateAt: [],
      engine,
      onStep: () => (most = tf.memory().numBytes),
    });
    assert.equal(tf.memory().numTensors, before);
    return most;
  };
  assert.equal(await run(4), await run(2));
});

test("nonsense is one line", async () => {
  for (const accumulate of [0, 1.5, NaN])
    await assert.rejects(
      train.continue(await tinyModel(), { ...common, batch: 2, accumulate }),
      new RegExp(`^Error: train: invalid accumulate: ${accumulate} \\(a whole number from 1\\)$`),
    );
  assert.throws(
    () =>
      train.parseRecipe({
        model: { folder: "m" },
        shards: { old: { train: "a", heldOut: "b" } },
        mixture: { old: 1 },
        schedule: { name: "constant", peak: 1 },
        steps: 1,
        accumulate: 0,
      }),
    /^Error: recipe: invalid accumulate: 0 /,
  );
});
