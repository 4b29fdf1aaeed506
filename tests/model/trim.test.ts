/** A trimmed model through the transformer: the logits of tokens that stay are the same bits. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { trim as trimRows } from "../../src/embed/index.js";
import { configOf, forward, init, logits as logitsOf } from "../../src/model/index.js";
import { rng } from "../../src/rng.js";
import type { LanguageModel, ModelConfig, Tokenizer } from "../../src/types.js";
import { train, trim, type Trimmed } from "../../src/vocab/index.js";
import { diagnostics } from "../vocab/support.js";

const shape = { vocabSize: 640, width: 16, layers: 2, heads: 4, kvHeads: 2, ffn: 24, context: 12 };
const families: Record<string, ModelConfig> = {
  tied: configOf(shape),
  untied: configOf({ ...shape, tied: false }),
  gpt: configOf({ ...shape, kvHeads: 4, norm: "layer", positions: "learned", activation: "gelu", tied: false }),
};
const texts = diagnostics("fr").slice(0, 500);
let tokenizer: Tokenizer;
let trimmed: Trimmed;
before(async () => {
  await tf.setBackend("cpu");
  tokenizer = await train({ texts, size: 600 });
  trimmed = await trim({ tokenizer, size: 400, texts });
});

const modelOf = (config: ModelConfig): LanguageModel => ({ config, tokenizer, weights: init({ config, rng: rng(3) }) });

/** [positions, rows] on the plain CPU backend, where a logit is one sum in one order. */
function logits({ config, weights }: LanguageModel, ids: number[]): number[][] {
  return tf.tidy(() => {
    const params = Object.fromEntries(
      Object.entries(weights).map(([name, { shape: dims, data }]) => [name, tf.tensor(data, dims)]),
    );
    const hidden = forward(config, params, tf.tensor2d([ids], undefined, "int32")) as tf.Tensor2D;
    return logitsOf(config, params, hidden).arraySync() as number[][];
  });
}

for (const [family, config] of Object.entries(families))
  test(`${family}: logits of kept ids, bit for bit`, () => {
    const base = modelOf(config);
    const copy = structuredClone(base.weights);
    const small = trimRows({ base, trimmed, padTo: 64 });
    assert.equal(small.config.vocabSize, 448);
    assert.deepEqual(base.weights, copy, "the base was changed");
    const random = rng(1);
    const now = Array.from({ length: 12 }, () => random.int(trimmed.oldIds.length));
    const was = now.map((id) => trimmed.oldIds[id]!);
    const [ours, theirs] = [logits(small, now), logits(base, was)];
    ours.forEach((row, position) =>
      trimmed.oldIds.forEach((old, id) => assert.ok(Object.is(row[id], theirs[position]![old]), `${position} ${id}`)),
    );
    for (const [name, table] of Object.entries(base.weights))
      if (table.shape[0] !== config.vocabSize) assert.equal(small.weights[name], table, name);
    const tables = config.tied ? 1 : 2;
    const { before: was_, after } = small.report;
    assert.deepEqual([was_.embedding, after.embedding], [640 * 16 * tables, 448 * 16 * tables]);
    assert.equal(was_.total - after.total, was_.embedding - after.embedding);
  });

test("padding is the mean of the rows; rows for another tokenizer are refused", async () => {
  const base = modelOf(families["tied"]!);
  const { data } = trimRows({ base, trimmed, padTo: 401 }).weights["model.embed_tokens.weight"]!;
  for (let j = 0; j < 16; j++) {
    let sum = 0;
    for (let id = 0; id < 400; id++) sum += data[id * 16 + j]!;
    assert.ok(Math.abs(data[400 * 16 + j]! - sum / 400) < 1e-7);
  }
  const other = await train({ texts: diagnostics("ko").slice(0, 200), size: 400 });
  const bad = { tokenizer: other, oldIds: trimmed.oldIds };
  assert.throws(() => trimRows({ base, trimmed: bad }), /^Error: trim: invalid oldIds: .* would get the row of/);
  assert.throws(
    () => trimRows({ base, trimmed: { ...trimmed, oldIds: [0] } }),
    /invalid oldIds: 1 for a tokenizer of 400/,
  );
  assert.throws(() => trimRows({ base, trimmed, padTo: 0 }), /^RangeError: trim: invalid padTo: 0/);
  assert.throws(() => trimRows({ base: { ...base, weights: {} }, trimmed }), /model\.embed_tokens\.weight is missing/);
});
