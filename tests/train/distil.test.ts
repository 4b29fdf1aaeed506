import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { grow } from "../../src/embed/index.js";
import { fixed } from "../../src/mixture/index.js";
import { forward, losses } from "../../src/model/index.js";
import * as train from "../../src/train/index.js";
import { type Snippet, snippetsOf } from "../../src/train/snippets.js";
import { rng } from "../../src/rng.js";
import type { LanguageModel, Weights } from "../../src/types.js";
import { extend, segment, train as trainTokenizer } from "../../src/vocab/index.js";
import { folder, language, sameWeights } from "./tiny.js";

folder();
const on = { old: language("old"), new: language("new") };
const table = "model.embed_tokens.weight";
const head = "lm_head.weight";

/** A base that knows both languages with a tokenizer of the old one, and a grown model with words of the new one. */
async function pair(tied: boolean): Promise<{ base: LanguageModel; model: LanguageModel; ids: number[] }> {
  const tokenizer = await trainTokenizer({ texts: on.old.train, size: 290 });
  const base = await train.pretrain({
    on,
    tokenizer,
    size: "nano",
    config: { tied, width: 32, layers: 2, ffn: 64, context: 48 },
    mixture: fixed({ old: 0.3, new: 0.7 }),
    steps: 120,
    batch: 8,
    evaluateAt: [],
  });
  const wide = await extend({ base: tokenizer, texts: on.new.train, newTokens: 24 });
  const model = await grow({ base, tokenizer: wide, init: "subword-mean" });
  return { base, model, ids: train.newIds({ base: tokenizer, tokenizer: wide }) };
}

/** Nats per token of snippets with their span merged. */
function nextToken({ config, weights }: LanguageModel, snippets: Snippet[]): number {
  const params = tensorsOf(weights);
  const all = snippets.map(({ id, old, first, end }) =>
    tf.tidy(() => {
      const tokens = tf.tensor2d([[...old.slice(0, first), id, ...old.slice(end)]], undefined, "int32");
      return [...losses(config, params, tokens).dataSync()];
    }),
  );
  return all.flat().reduce((a, b) => a + b, 0) / all.flat().length;
}

const tensorsOf = (weights: Weights): Record<string, tf.Tensor> =>
  Object.fromEntries(Object.entries(weights).map(([name, { shape, data }]) => [name, tf.tensor(data, shape)]));

const rowOf = (model: LanguageModel, name: string, id: number): number[] => {
  const { width } = model.config;
  return [...model.weights[name]!.data.subarray(id * width, (id + 1) * width)];
};

test("snippets are spans of the text that spell their token", async () => {
  const { base, model, ids } = await pair(true);
  const options = { base: base.tokenizer, tokenizer: model.tokenizer, newIds: ids, length: 20, perToken: 7 };
  const found = await snippetsOf({ ...options, documents: on.new.train, rng: rng(1) });
  const counts = new Map<number, number>();
  for (const { id, old, first, end } of found) {
    counts.set(id, (counts.get(id) ?? 0) + 1);
    assert.ok(old.length <= 20);
    assert.deepEqual(old.slice(first, end), segment(base.tokenizer, model.tokenizer.bytesOf(id)));
    assert.ok(on.new.train.some((document) => document.includes(base.tokenizer.decode(old).replaceAll("\ufffd", ""))));
  }
  assert.ok(counts.size > 15, `${counts.size} of ${ids.length} tokens were found`);
  assert.ok([...counts.values()].every((count) => count <= 7) && [...counts.values()].includes(7));
  assert.deepEqual(await snippetsOf({ ...options, documents: on.new.train, rng: rng(1) }), found);
  assert.deepEqual(await snippetsOf({ ...options, documents: on.old.train, rng: rng(1) }), []);
});

test("the loss is the mean square of the difference, token by token, of the states that `layer` names", async () => {
  const { base, model, ids } = await pair(true);
  for (const layer of [-1, 1]) {
    const { losses: own } = await train.distilTokens({
      base,
      model,
      on: on.new,
      layer,
      length: 16,
      perToken: 1,
      batch: 64,
    });
    const found = await snippetsOf({
      base: base.tokenizer,
      tokenizer: model.tokenizer,
      newIds: ids,
      documents: on.new.train,
      length: 16,
      perToken: 1,
      rng: rng(1).fork("token distillation"),
    });
    const params = tensorsOf(model.weights);
    const states = (tokens: number[]): number[][] =>
      forward(model.config, params, tf.tensor2d([tokens], undefined, "int32"), {
        layers: layer < 0 ? 2 : layer,
      }).arraySync() as number[][];
    let [sum, count] = [0, 0];
    for (const { id, old, first, end } of found) {
      const teacher = states(old).filter((_, i) => i < first || i >= end - 1);
      states([...old.slice(0, first), id, ...old.slice(end)]).forEach((state, i) =>
        state.forEach((value, j) => {
          sum += (value - teacher[i]![j]!) ** 2;
          count++;
        }),
      );
    }
    assert.equal(own.length, 1);
    assert.ok(Math.abs(own[0]! - sum / count) < 1e-4 * own[0]!, `${own[0]} is not ${sum / count}`);
  }
});

test("only new rows move, the states come nearer, and the same seed gives the same bytes", async () => {
  const { base, model, ids } = await pair(true);
  const options = { base, model, on: on.new, learningRate: 1e-3, perToken: 40, length: 32, batch: 8 };
  const [one, two] = [await train.distilTokens(options), await train.distilTokens(options)];
  sameWeights(one.weights, two.weights);
  const last = one.losses.slice(-5).reduce((a, b) => a + b) / 5;
  assert.ok(last < one.losses[0]! / 2, `${one.losses[0]} → ${last}`);
  sameWeights({ ...one.weights, [table]: model.weights[table]! }, model.weights);
  for (let id = 0; id < model.tokenizer.size; id++) {
    const still = ids.includes(id) ? one.unseen.includes(id) : true;
    assert.equal(`${rowOf(one, table, id)}` === `${rowOf(model, table, id)}`, still, `row ${id}`);
  }
});

test("untied output rows: learned, zero, the mean of the spelling's, or kept", async () => {
  const { base, model, ids } = await pair(false);
  const given = {
    ...model,
    weights: { ...model.weights, [head]: { ...model.weights[head]!, data: model.weights[head]!.data.slice() } },
  };
  // Rows that are neither of the answers.
  const { width } = model.config;
  for (const id of ids) given.weights[head]!.data.fill(0.01, id * width, (id + 1) * width);
  const id = ids[0]!;
  const options = { base, on: on.new, perToken: 40, length: 32, learningRate: 3e-3 };
  const of = (outputs: "zero" | "subword-mean" | "keep"): Promise<train.Distilled> =>
    train.distilTokens({ ...options, model: given, outputs });
  assert.ok(rowOf(await of("keep"), head, id).every((value) => value === Math.fround(0.01)));
  assert.ok(rowOf(await of("zero"), head, id).every((value) => value === 0));
  // `grow` made the mean of the spelling's output rows; it is not that of the input rows.
  rowOf(await of("subword-mean"), head, id).forEach((value, j) =>
    assert.ok(Math.abs(value - rowOf(model, head, id)[j]!) < 1e-6),
  );
  const learned = await train.distilTokens({ ...options, model });
  for (let row = 0; row < model.tokenizer.size; row++)
    assert.equal(
      `${rowOf(learned, head, row)}` === `${rowOf(model, head, row)}`,
      !ids.includes(row) || learned.unseen.includes(row),
    );
  // The new output rows know more of the next token in such snippets; the input rows are the same.
  const kept = await train.distilTokens({ ...options, model, outputs: "keep" });
  assert.deepEqual(kept.weights[table], learned.weights[table]);
  const found = await snippetsOf({
    base: base.tokenizer,
    tokenizer: model.tokenizer,
    newIds: ids,
    documents: on.new.train,
    length: 32,
    perToken: 4,
    rng: rng(9),
  });
  const [without, withIt] = [nextToken(kept, found), nextToken(learned, found)];
  assert.ok(withIt < without - 0.1, `${withIt} nats per token, ${without} without`);
});

test("what cannot be distilled is refused in one line", async () => {
  const { base, model } = await pair(true);
  const options = { base, model, on: on.new };
  const bent = {
    ...model.weights["model.norm.weight"]!,
    data: model.weights["model.norm.weight"]!.data.map((x) => x + 1),
  };
  const cases: [Partial<train.DistilTokensOptions>, RegExp][] = [
    [{ model: base }, /^distilTokens: invalid model: it has no token that the base has not/],
    [
      { model: { ...model, weights: { ...model.weights, "model.norm.weight": bent } } },
      /^distilTokens: invalid model: model.norm.weight is not the base's/,
    ],
    [{ on: on.old }, /^distilTokens: invalid on: none of the new tokens is in the text/],
    [{ layer: 3 }, /^distilTokens: invalid layer: 3 \(1 to 2, or -1 for the last\)/],
    [{ length: 49 }, /^distilTokens: invalid length: 49 \(3 to 48\)/],
    [{ learningRate: NaN }, /^distilTokens: invalid learningRate: NaN/],
  ];
  for (const [extra, message] of cases) await assert.rejects(train.distilTokens({ ...options, ...extra }), { message });
});
