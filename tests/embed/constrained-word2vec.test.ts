/** Constrained Word2Vec: starts at the subword mean, stays in the hull of old rows, moves towards the company a token keeps. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "../property.js";
import { throughSoftmax } from "../../src/embed/constrained-word2vec.js";
import { constrainedWord2vec, grow } from "../../src/embed/index.js";
import { configOf, init } from "../../src/model/index.js";
import { rng } from "../../src/rng.js";
import { extend, train } from "../../src/vocab/index.js";
import type { LanguageModel, NdArray } from "../../src/types.js";
import { diagnostics, toy } from "../vocab/support.js";

const width = 8;
const embedding = "model.embed_tokens.weight";
const row = ({ data }: NdArray, id: number, of = width): number[] => [...data.subarray(id * of, (id + 1) * of)];
const dot = (a: number[], b: number[]): number => a.reduce((sum, value, j) => sum + value * b[j]!, 0);

const base = toy([]);
const tokenizer = toy([
  ["a", "b"],
  ["c", "d"],
]);
const id = (token: string): number => tokenizer.idOf(token)!;

/** Random rows, those of "x" and of "y" long and opposite. */
function model(): LanguageModel {
  const random = rng(2);
  const data = Float32Array.from({ length: base.size * width }, () => 0.3 * random.normal());
  for (let j = 0; j < width; j++) {
    data[id("x") * width + j] = 1;
    data[id("y") * width + j] = -1;
  }
  const config = { ...configOf({ size: "tiny", vocabSize: base.size }), vocabSize: base.size, width, tied: true };
  return { config, weights: { [embedding]: { shape: [base.size, width], data } }, tokenizer: base };
}

/** "ab" stands beside "x", "cd" alone, and "y" is what else there is. */
const documents = Array.from({ length: 60 }, (_, n) =>
  ["x", "ab", "x"].concat(n % 4 === 0 ? ["y", "y", "y", "y"] : []).map(id),
);

test("the gradient through the softmax is that of finite differences", () => {
  const values = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 4, maxLength: 4 });
  const softmax = (logits: number[]): number[] => {
    const powers = logits.map(Math.exp);
    return powers.map((power) => power / powers.reduce((a, b) => a + b, 0));
  };
  fc.assert(
    fc.property(values, values, (logits, along) => {
      const gradient = throughSoftmax(Float64Array.from(softmax(logits)), Float64Array.from(along));
      const loss = (at: number[]): number => dot(softmax(at), along);
      logits.forEach((_, i) => {
        const moved = (by: number): number[] => logits.map((logit, k) => (k === i ? logit + by : logit));
        assert.ok(Math.abs((loss(moved(1e-5)) - loss(moved(-1e-5))) / 2e-5 - gradient[i]!) < 1e-7);
      });
    }),
    { seed: 1, numRuns: 100 },
  );
});

test("a token that no text has is the subword mean; one that has company moves to it", async () => {
  const before = model();
  const grown = (epochs: number) =>
    grow({ base: before, tokenizer, init: { ...grownBy(epochs) }, evidence: { documents }, rng: rng(1) });
  const grownBy = (epochs: number) => ({
    summary: "",
    reference: "",
    convex: true,
    ...constrainedWord2vec({ epochs, neighbours: 4 }),
  });
  const [some, many, again] = [await grown(20), await grown(80), await grown(80)];
  assert.deepEqual(many.weights, again.weights);
  const old = before.weights[embedding]!;
  const mean = (a: string, b: string): number[] => row(old, id(a)).map((value, j) => (value + row(old, id(b))[j]!) / 2);
  row(many.weights[embedding]!, id("cd")).forEach((value, j) =>
    assert.ok(Math.abs(value - mean("c", "d")[j]!) < 1e-6, "no text has cd"),
  );
  const x = row(old, id("x"));
  const near = [mean("a", "b"), row(some.weights[embedding]!, id("ab")), row(many.weights[embedding]!, id("ab"))];
  const [start, soon, late] = near.map((vector) => dot(vector, x)) as [number, number, number];
  assert.ok(start < soon && soon < late, `${start}, ${soon}, ${late}`);
});

test("on text: no new token outranks every old one for any hidden state", async () => {
  const fr = diagnostics("fr").slice(0, 600);
  const ko = diagnostics("ko").slice(0, 300);
  const small = await train({ texts: fr, size: 400 });
  const wide = await extend({ base: small, texts: ko, newTokens: 40 });
  const config = { ...configOf({ size: "tiny", vocabSize: small.size }), tied: false };
  const before = { config, weights: init({ config, rng: rng(1) }), tokenizer: small };
  const evidence = { documents: await wide.encodeBatch(ko) };
  const after = await grow({ base: before, tokenizer: wide, init: "constrained-word2vec", evidence, rng: rng(1) });
  const random = rng(3);
  for (const table of [embedding, "lm_head.weight"])
    for (let draw = 0; draw < 60; draw++) {
      const hidden = Array.from({ length: config.width }, () => random.normal());
      const logits = Array.from({ length: wide.size }, (_, token) =>
        dot(row(after.weights[table]!, token, config.width), hidden),
      );
      const best = Math.max(...logits.slice(0, small.size));
      assert.ok(Math.max(...logits.slice(small.size)) <= best + 1e-5);
    }
});

test("ids that the tokenizer does not have are refused in one line, and so is a missing seed", async () => {
  const options = { base: model(), tokenizer, init: "constrained-word2vec" as const };
  await assert.rejects(
    grow({ ...options, evidence: { documents: [[9999]] }, rng: rng(1) }),
    /^RangeError: constrained-word2vec: invalid documents: id 9999 \(the tokenizer has 259\)$/,
  );
  await assert.rejects(grow({ ...options, evidence: { documents } }), /^Error: grow: invalid rng: undefined/);
  await assert.rejects(grow(options), /^Error: grow: invalid evidence: no documents \(tokenizer\.encodeBatch/);
});
