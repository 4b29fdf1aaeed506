/** What is read when, in a run: windows as a reference model scored them, phases of domains, context by stage. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import * as corpus from "../../src/corpus/index.js";
import { fixed, phases } from "../../src/mixture/index.js";
import { batchesOf } from "../../src/train/run/batches.js";
import * as train from "../../src/train/index.js";
import { byteTokenizer } from "../corpus/toy.js";
import { folder, language, sameWeights, tinyModel } from "./tiny.js";

const root = folder();
const on = { old: language("old", 12), new: language("new", 12) };
const plain = {
  on,
  mixture: fixed({ new: 1 }),
  schedule: train.constant({ peak: 1e-2 }),
  batch: 4,
  heldOutBytes: 1000,
  evaluateAt: [],
};

test("window losses are those that a run meets in the same windows, whatever the batch, and orders go by them", async () => {
  const model = await tinyModel();
  const losses = await train.windowLosses(model, { on, batch: 3 });
  assert.deepEqual(Object.keys(losses), ["old", "new"]);
  const values = losses.new!;
  const meanOf = (list: number[]): number => list.reduce((a, b) => a + b, 0) / list.length;
  const near = (a: number, b: number): void => assert.ok(Math.abs(a - b) < 1e-5 * b, `${a} is not ${b}`);
  const firstLoss = async (order: corpus.Order): Promise<number> =>
    (await train.continue(model, { ...plain, order, steps: 1 })).steps[0]!.loss;
  near(await firstLoss(corpus.sequential()), meanOf(values.slice(0, 4)));
  const hardest = [...values].sort((a, b) => b - a).slice(0, 4);
  const score = corpus.given({ values });
  const part = 4 / values.length;
  near(await firstLoss(corpus.subset({ share: part, score, hardestFirst: true })), meanOf(hardest));
  near(await firstLoss(corpus.curriculum({ score, hardestFirst: true, start: part, pacing: "step" })), meanOf(hardest));

  const short = (await train.windowLosses(model, { on, context: 7 })).new!;
  assert.ok(short.length > 2 * values.length - 2);
  await assert.rejects(
    train.continue(model, { ...plain, order: corpus.curriculum({ score: corpus.given({ values: short }) }), steps: 1 }),
    /^Error: given: invalid values: \d+ \(the text has \d+ windows of 17 tokens\)$/,
  );
  await assert.rejects(train.windowLosses(model, {}), /^Error: windowLosses: invalid text: give either on or shards$/);
  await assert.rejects(train.windowLosses(model, { on, context: 17 }), /^Error: windowLosses: invalid context: 17 /);
});

test("losses of documents are those of windows that begin with an end of text, by byte and whatever the batch; a step takes them", async () => {
  const model = await tinyModel();
  const { context } = model.config;
  // A token a letter: what the tokenizer never read it does not merge.
  const letters = "QZXJKWVQQXZKJVWZXQKJWVXZQJKZ";
  const [before, document] = [letters.slice(0, context + 1), letters.slice(3, 3 + context - 1)];
  const on = { new: { name: "new", train: [before, document], heldOut: [] } };
  const [, second] = (await train.windowLosses(model, { on })).new!;
  const documents = [before, document, on.new.train.join(" ").repeat(3)];
  const losses = await train.documentLosses(model, { documents, batch: 3 });
  const near = (a: number, b: number): void => assert.ok(Math.abs(a - b) < 1e-5 * b, `${a} is not ${b}`);
  near(losses[1]!, (second! * context) / (context - 1));
  (await train.documentLosses(model, { documents, batch: 1 })).forEach((loss, i) => near(loss, losses[i]!));
  await assert.rejects(
    train.documentLosses(model, { documents: ["a", ""] }),
    /^Error: documentLosses: invalid documents: number 1 /,
  );
});

test("an order's score reads its examples before the run begins; in a recipe their paths are the recipe's", async () => {
  const model = await tinyModel();
  const score = corpus.ngram({ from: { texts: on.new.train.slice(0, 2) }, n: 2 });
  const run = await train.continue(model, { ...plain, order: { new: corpus.subset({ share: 0.5, score }) }, steps: 1 });
  assert.equal(run.steps.length, 1);
  const recipe = {
    order: { new: { name: "curriculum", score: { name: "dsir", target: "a.txt", raw: ["b.txt", "c.txt"] } } },
  };
  const { order } = train.mapPaths({ ...recipe, model: {} } as unknown as train.Recipe, (path) => `in/${path}`);
  assert.deepEqual(order, {
    new: { name: "curriculum", score: { name: "dsir", target: "in/a.txt", raw: ["in/b.txt", "in/c.txt"] } },
  });
});

test("a domain, then another, then the first again: each goes on where it stood, pass after pass", async () => {
  const tokenizer = byteTokenizer();
  const shardOf = (name: string, text: string): Promise<corpus.Shard> =>
    corpus.encode({ documents: [text], tokenizer, path: join(root, `${name}.tokens`) });
  const shards = { a: await shardOf("a", "AABBCCDDEE"), b: await shardOf("b", "xxyyzz") };
  const batches = batchesOf({
    mixture: phases({
      phases: [
        { from: 0, shares: { a: 1, b: 0 } },
        { from: 3 / 14, shares: { a: 0, b: 1 } },
        { from: 8 / 14, shares: { a: 1, b: 0 } },
      ],
    }),
    stream: (domain) =>
      corpus.sequential().open({ shard: shards[domain as "a"], context: 1, seed: 1, steps: 14, tokenizer }),
    batch: 1,
    context: 1,
    steps: 14,
  });
  const read = Array.from({ length: 14 }, (_, step) =>
    String.fromCharCode((batches.next(step).feeds[0]!.tokens as Int32Array)[0]!),
  );
  assert.equal(read.join(""), "ABCxyzxyDEABCD");
  assert.deepEqual(batches.record.epochs, { a: 1 + 4 / 5, b: 1 + 2 / 3 });
  shards.a.close();
  shards.b.close();
});

test("stages may read windows of another length, in cells and in recipes; too long a one is refused", async () => {
  const model = await tinyModel();
  const stages = [
    { name: "short", trainable: "all", context: 4 },
    { name: "long", trainable: "all", steps: 2 },
  ] as const;
  const here = await train.continueInStages(model, { ...plain, steps: 3, stages });
  assert.deepEqual(
    here.steps.map(({ tokens }) => tokens),
    [16, 32, 48, 48 + 64, 48 + 128],
  );
  const job = await train.job(model, { ...plain, steps: 3 });
  const recipe = train.parseRecipe({ ...job, stages, evaluate: undefined });
  sameWeights(
    (await train.runRecipe({ recipe, dir: join(root, "stages"), threads: 1 })).model.weights,
    here.model.weights,
  );
  await assert.rejects(
    train.continueInStages(model, { ...plain, steps: 1, stages: [{ ...stages[0], context: 32 }] }),
    /^Error: train: invalid context: 32 \(the model sees at most 16 tokens\)$/,
  );
});
