import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { choose } from "../../src/engine/index.js";
import { fixed } from "../../src/mixture/index.js";
import * as train from "../../src/train/index.js";
import { bare, folder, language, sameWeights, tinyModel } from "./tiny.js";

folder();
const texts = { old: language("old"), new: language("new") };
const options = {
  on: texts,
  mixture: fixed({ old: 0.25, new: 0.75 }),
  schedule: train.rewarm({ peak: 1e-2, warmup: 0.05 }),
  steps: 24,
  batch: 4,
};

test("the loss falls in the language that is learned, and every row says when", async () => {
  const model = await tinyModel();
  const before = structuredClone(model.weights);
  const seen: number[] = [];
  const run = await train.continue(model, { ...options, onStep: ({ step }) => seen.push(step) });
  assert.deepEqual(
    seen,
    Array.from({ length: 24 }, (_, i) => i + 1),
  );
  assert.equal(run.stopped, false);
  assert.equal(run.record.status, "finished");
  const learned = run.evaluations.filter(({ domain }) => domain === "new");
  assert.ok(learned.at(-1)!.loss < learned[0]!.loss - 0.5, `${learned[0]!.loss} → ${learned.at(-1)!.loss}`);
  assert.deepEqual(
    learned.map(({ step }) => step),
    train.evaluationPoints({ steps: 24 }),
  );
  assert.equal(learned.at(-1)!.tokens, 24 * 4 * 16);
  assert.equal(run.steps[11]!.learningRate, options.schedule.learningRate(12, 24));
  sameWeights(model.weights, before);
  assert.notDeepEqual(run.model.weights["model.norm.weight"], before["model.norm.weight"]);
});

test("two runs of one recipe are the same bytes; another seed is not", async () => {
  const [a, b, c] = await Promise.all(
    [1, 1, 2].map(async (seed) => train.continue(await tinyModel(), { ...options, seed })),
  );
  sameWeights(a!.model.weights, b!.model.weights);
  assert.deepEqual(bare(a!), bare(b!));
  assert.throws(() => sameWeights(a!.model.weights, c!.model.weights));
});

test("realised token shares are those asked for, within one sequence", async () => {
  for (const share of [0, 0.3, 1]) {
    const run = await train.continue(await tinyModel(), {
      ...options,
      mixture: fixed({ old: share, new: 1 - share }),
      steps: 7,
      batch: 3,
      evaluateAt: [],
    });
    const { asked, realised } = run.record.shares!;
    assert.equal(asked.old, share);
    assert.ok(Math.abs(realised.old! - share) <= 1 / 21, `${realised.old} for ${share}`);
  }
});

test("each domain is read in the same order whatever its share", async () => {
  const { batchesOf } = await import("../../src/train/run/batches.js");
  const drawn = (share: number): string[] => {
    let next = 0;
    const stream = (domain: string) => ({ next: () => [domain === "old" ? next++ : -1, 0], epochs: 0, state: 0 });
    const batches = batchesOf({
      mixture: fixed({ old: share, new: 1 - share }),
      stream,
      batch: 4,
      context: 1,
      steps: 8,
    });
    const all = Array.from({ length: 8 }, (_, step) => [...batches.next(step).feeds[0]!.tokens!]).flat();
    return all.filter((id, i) => i % 2 === 0 && id >= 0).map(String);
  };
  const [few, many] = [drawn(0.25), drawn(0.75)];
  assert.equal(few.length, 8);
  assert.deepEqual(many.slice(0, 8), few);
});

test("a signal ends the run at the next step and keeps the model", async () => {
  const controller = new AbortController();
  const run = await train.continue(await tinyModel(), {
    ...options,
    signal: controller.signal,
    onStep: ({ step }) => step === 5 && controller.abort(),
  });
  assert.equal(run.stopped, true);
  assert.equal(run.record.status, "interrupted");
  assert.equal(run.steps.length, 5);
  const whole = await train.continue(await tinyModel(), { ...options, evaluateAt: [0, 1, 2, 4, 5] });
  assert.deepEqual(bare(run).steps, bare(whole).steps.slice(0, 5));
});

test("an eager engine leaves no tensor behind and agrees with the compiled one", async () => {
  const few = {
    ...options,
    on: { old: language("old", 6), new: language("new", 6) },
    steps: 2,
    batch: 2,
    evaluateAt: [2],
    heldOutBytes: 200,
  };
  const compiled = await train.continue(await tinyModel(), few);
  const engine = await choose({ device: "reference" });
  const before = tf.memory().numTensors;
  const eager = await train.continue(await tinyModel(), { ...few, engine });
  assert.equal(tf.memory().numTensors, before);
  eager.evaluations.forEach(({ loss }, i) => assert.ok(Math.abs(loss - compiled.evaluations[i]!.loss) < 1e-4 * loss));
});

test("divergence is one clear line", async () => {
  await assert.rejects(
    train.continue(await tinyModel(), { ...options, schedule: train.constant({ peak: 1e30 }) }),
    /^Error: train: diverged at step \d+: (loss|gradient norm) is (NaN|Infinity) \(lower the schedule's peak/,
  );
});

test("what does not fit is refused before anything is trained", async () => {
  const model = await tinyModel();
  const bad = (change: object, error: RegExp): Promise<void> =>
    assert.rejects(train.continue(model, { ...options, ...change }), error);
  await bad({ steps: 0 }, /train: invalid steps: 0/);
  await bad({ batch: 1.5 }, /train: invalid batch: 1\.5/);
  await bad({ context: 17 }, /train: invalid context: 17 \(the model sees at most 16 tokens\)/);
  await bad({ mixture: fixed({ fi: 1 }) }, /train: invalid mixture: fi \(there is text for old, new\)/);
  await bad({ optimiser: { clip: -1 } }, /adamw: invalid clip: -1/);
  const known = "\\(there is text for old, new\\)$";
  for (const objective of [train.kl({ on: ["fi"] }), train.mixed({ of: [{ objective: train.causal(), on: ["fi"] }] })])
    await bad({ objective }, new RegExp(`train: invalid domain of ${objective.name}: fi ${known}`));
});

test("a base is trained once and then taken from the cache", async () => {
  const config = { width: 16, layers: 1, heads: 2, kvHeads: 1, ffn: 32, context: 16 };
  const ask = { size: "nano" as const, config, on: texts.old, vocabSize: 280, steps: 6, batch: 2, seed: 3 };
  let steps = 0;
  const first = await train.pretrain({ ...ask, onStep: () => steps++ });
  const second = await train.pretrain({ ...ask, onStep: () => steps++ });
  assert.equal(steps, 6);
  sameWeights(first.weights, second.weights);
  assert.deepEqual(bare(first), bare(second));
  assert.equal(first.tokenizer.size, 280);
  const other = await train.pretrain({ ...ask, seed: 4, onStep: () => steps++ });
  assert.equal(steps, 12);
  assert.notEqual(other.dir, first.dir);
});
