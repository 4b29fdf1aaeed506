/** Probability of some tokens: all of it together is 1, a model of zeros shares it out equally, and rows that shout are heard. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { choose, type Engine } from "../../src/engine/index.js";
import { configOf, init, massOn } from "../../src/model/index.js";
import { rng } from "../../src/rng.js";
import type { LanguageModel } from "../../src/types.js";
import { train } from "../../src/vocab/index.js";

let engine: Engine;
let model: LanguageModel;
before(async () => {
  engine = await choose({ device: "cpu", threads: 1 });
  const tokenizer = await train({ texts: ["the cat sat on the mat"], size: 262 });
  const config = configOf({ vocabSize: 264, width: 16, layers: 1, heads: 2, kvHeads: 1, ffn: 24, context: 8 });
  model = { config, weights: init({ config, rng: rng(1) }), tokenizer };
});
const sequences = [[1, 2, 3], [], Array.from({ length: 20 }, (_, i) => i)];
const all = Array.from({ length: 264 }, (_, id) => id);

test("the mass of all tokens is 1, parts add up, and a window is read once", async () => {
  const whole = await massOn({ model, engine, sequences, ids: all });
  assert.ok(Math.abs(whole.mass - 1) < 1e-9);
  assert.deepEqual([whole.first, whole.positions], [1, 3 + 8]);
  const [left, right] = [
    await massOn({ model, engine, sequences, ids: all.slice(0, 100) }),
    await massOn({ model, engine, sequences, ids: all.slice(100) }),
  ];
  assert.ok(Math.abs(left.mass + right.mass - 1) < 1e-9 && Math.abs(left.first + right.first - 1) < 1e-9);
  assert.ok(left.mass > 0.2 && left.mass < 0.6);
});

test("equal logits share equally; a row far along the hidden state takes it all", async () => {
  const flat = structuredClone(model.weights);
  flat["model.embed_tokens.weight"]!.data.fill(0);
  const { mass } = await massOn({ model: { ...model, weights: flat }, engine, sequences, ids: [3, 4, 5] });
  assert.ok(Math.abs(mass - 3 / 264) < 1e-6);
  const loud = structuredClone(model.weights);
  const table = loud["model.embed_tokens.weight"]!.data;
  for (let j = 0; j < 16; j++) table[263 * 16 + j] = 1000 * table[1 * 16 + j]!;
  const heard = await massOn({ model: { ...model, weights: loud }, engine, sequences: [[1]], ids: [263] });
  assert.ok(heard.mass > 0.9 && heard.first === 1, `${heard.mass}`);
});

test("refuses what it cannot ask, in one line", async () => {
  await assert.rejects(
    massOn({ model, engine, sequences, ids: [264] }),
    /^RangeError: massOn: invalid ids: 264 \(the model has 264 rows\)$/,
  );
  await assert.rejects(massOn({ model, engine, sequences: [[]], ids: [1] }), /^Error: massOn: invalid sequences: none/);
});
