/** Who has the weights while a run trains: a model that someone holds stays his, one that a recipe loaded is not kept twice. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { doremi, fixed } from "../../src/mixture/index.js";
import * as train from "../../src/train/index.js";
import { closeShards, encodeTexts } from "../../src/train/text.js";
import { train as trainOnce } from "../../src/train/train.js";
import type { LanguageModel, Weights } from "../../src/types.js";
import { bare, folder, language, sameWeights, tinyModel } from "./tiny.js";

const root = folder();
const common = {
  on: { old: language("old"), new: language("new") },
  mixture: fixed({ old: 0.3, new: 0.7 }),
  schedule: train.constant({ peak: 1e-2 }),
  steps: 4,
  batch: 2,
  evaluateAt: [0, 4],
};

const copyOf = (weights: Weights): Weights =>
  Object.fromEntries(Object.entries(weights).map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]));

/** All that looks at the start of a run while it runs: the average, the distance, losses above the base's. */
const remembering = {
  ...common,
  mixture: doremi({ domains: ["old", "new"], every: 2 }),
  parts: [train.ema({ decay: 0.5 })],
  evaluators: [train.distance()],
};

test("a recipe that loads its model measures what a cell does that holds it, to the same bytes, and the cell's stays", async () => {
  const model = await tinyModel();
  const before = copyOf(model.weights);
  const held = await train.continue(model, { ...remembering, dir: join(root, "held") });
  sameWeights(model.weights, before);
  const recipe = await train.job(model, remembering);
  const own = await train.runRecipe({ recipe, dir: join(root, "own") });
  sameWeights(own.model.weights, held.model.weights);
  assert.deepEqual(bare(own), bare(held));
  assert.deepEqual(own.measurements, held.measurements);
  const [slots, others] = ["held", "own"].map((name) => train.latestCheckpoint(join(root, name, "checkpoints"))!.slots);
  sameWeights(others!, slots!);
});

test("a model that is the run's own is let go when training begins, resumed or not", async () => {
  const shards = await encodeTexts({ on: common.on, tokenizer: (await tinyModel()).tokenizer });
  const stop = new AbortController();
  const dir = join(root, "consumed");
  const go = async (model: LanguageModel, more: object): Promise<number[]> => {
    const left: number[] = [];
    const onStep = ({ step }: { step: number }): void => {
      left.push(Object.keys(model.weights).length);
      if (step === 2) stop.abort();
    };
    await trainOnce({ ...common, shards, name: "run", model, consume: true, dir, onStep, ...more });
    return left;
  };
  assert.deepEqual(await go(await tinyModel(), { signal: stop.signal }), [0, 0]);
  assert.deepEqual(await go(await tinyModel(), { resume: true }), [0, 0]);
  const start = { slots: train.latestCheckpoint(join(dir, "checkpoints"))!.slots, updates: 4 };
  assert.deepEqual(await go(await tinyModel(), { dir: join(root, "branch"), start, signal: undefined }), [0, 0, 0, 0]);
  assert.deepEqual(Object.keys(start.slots), []);
  closeShards(shards);
  sameWeights(train.open(dir).model.weights, (await train.continue(await tinyModel(), common)).model.weights);
});

test("stages of a recipe keep one model in memory, and the others in their folders", async () => {
  const model = await tinyModel();
  const stages = [
    { name: "rows", trainable: { embedding: { from: 280 } } },
    { name: "all", trainable: "all" as const },
  ];
  const recipe = await train.job(model, common);
  const run = (await train.runRecipe({
    recipe: { ...recipe, stages, evaluate: {} },
    dir: join(root, "stages"),
  })) as train.StagedRun;
  const cell = await train.continueInStages(model, { ...common, evaluateAt: undefined, stages });
  assert.equal(Object.getOwnPropertyDescriptor(run.stages[0], "model")!.value, undefined);
  sameWeights(run.stages[0]!.model.weights, cell.stages[0]!.model.weights);
  sameWeights(run.model.weights, cell.model.weights);
});
