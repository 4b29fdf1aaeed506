import assert from "node:assert/strict";
import { before, test } from "node:test";
import fc from "fast-check";
import { grow, initialisers, type InitialiserName } from "../../src/embed/index.js";
import { rng } from "../../src/rng.js";
import { extend, parse, segment, train } from "../../src/vocab/index.js";
import type { LanguageModel, NdArray, Tokenizer } from "../../src/types.js";
import { diagnostics, toy } from "../vocab/support.js";

const width = 12;
const embedding = "model.embed_tokens.weight";
const head = "lm_head.weight";
const names = Object.keys(initialisers) as InitialiserName[];
let base: Tokenizer;
let wide: Tokenizer;
before(async () => {
  base = await train({ texts: diagnostics("fr"), size: 700 });
  wide = await extend({ base, texts: diagnostics("ko"), newTokens: 150 });
});

/** A model of random tables; rows without a token hold values that would show up anywhere they leaked to. */
function model({ tied = true, rows = base.size, tokenizer = base, seed = 1 } = {}): LanguageModel {
  const table = (label: string): NdArray => {
    const random = rng(seed).fork(label);
    const data = Float32Array.from({ length: rows * width }, () => 0.3 + random.normal());
    for (let row = 0; row < rows; row++)
      if (tokenizer.tokenOf(row) === undefined) data.fill(1e6, row * width, (row + 1) * width);
    return { shape: [rows, width], data };
  };
  const norm = { shape: [width], data: new Float32Array(width).fill(1) };
  return {
    config: {
      vocabSize: rows,
      width,
      layers: 1,
      heads: 2,
      kvHeads: 2,
      ffn: 24,
      context: 16,
      norm: "rms",
      positions: "rotary",
      activation: "swiglu",
      tied,
      ropeTheta: 10000,
      normEps: 1e-5,
    },
    weights: { [embedding]: table("in"), "model.norm.weight": norm, ...(tied ? {} : { [head]: table("out") }) },
    tokenizer,
  };
}
const row = ({ data }: NdArray, id: number): Float32Array => data.subarray(id * width, (id + 1) * width);
const bits = (values: Float32Array): Buffer => Buffer.from(values.buffer, values.byteOffset, values.byteLength);
function meanRow(table: NdArray, ids: number[]): number[] {
  return Array.from({ length: width }, (_, j) => ids.reduce((sum, id) => sum + row(table, id)[j]!, 0) / ids.length);
}
function close(actual: ArrayLike<number>, expected: number[], tolerance = 1e-5): void {
  expected.forEach((value, j) =>
    assert.ok(Math.abs(actual[j]! - value) <= tolerance, `${j}: ${actual[j]} is not ${value}`),
  );
}
const oldIds = (): number[] => [...Array(base.size).keys()];

for (const init of names)
  for (const tied of [true, false])
    test(`${init}, ${tied ? "tied" : "untied"}: old rows are the same bits, everything else of the model too`, async () => {
      const before = model({ tied });
      const copy = structuredClone(before.weights);
      const after = await grow({ base: before, tokenizer: wide, init, rng: rng(5) });
      assert.deepEqual(before.weights, copy, "the base was changed");
      assert.equal(after.tokenizer, wide);
      assert.deepEqual(after.config, { ...before.config, vocabSize: wide.size });
      assert.deepEqual(Object.keys(after.weights).sort(), Object.keys(before.weights).sort());
      assert.equal(after.weights["model.norm.weight"], before.weights["model.norm.weight"]);
      for (const name of tied ? [embedding] : [embedding, head]) {
        const table = after.weights[name]!;
        assert.deepEqual(table.shape, [wide.size, width]);
        assert.deepEqual(bits(table.data.subarray(0, base.size * width)), bits(before.weights[name]!.data));
        assert.ok(table.data.every(Number.isFinite));
      }
    });

test("mean: every new row is the mean of the rows that have a token", async () => {
  const before = model({ tied: false, rows: base.size + 40 });
  const after = await grow({ base: before, tokenizer: wide, init: "mean" });
  for (const name of [embedding, head])
    for (let id = base.size; id < wide.size; id++)
      close(row(after.weights[name]!, id), meanRow(before.weights[name]!, oldIds()));
});

test("subword-mean: each table averages its own rows of the old spelling", async () => {
  const before = model({ tied: false });
  const after = await grow({ base: before, tokenizer: wide, init: "subword-mean" });
  for (const name of [embedding, head])
    for (let id = base.size; id < wide.size; id++)
      close(row(after.weights[name]!, id), meanRow(before.weights[name]!, segment(base, wide.bytesOf(id))));
});

test("subword-mean: the sheet's example, and a key that is not text", async () => {
  const small = toy([]);
  const tokenizer = toy([
    ["a", "b"],
    ["ab", "c"],
    ["à", "¤"],
  ]);
  const before = model({ tokenizer: small, rows: small.size });
  const table = before.weights[embedding]!;
  [
    [1, 0, 2],
    [3, 4, 0],
    [2, 2, 4],
  ].forEach((values, i) => table.data.set(values, small.idOf("abc"[i]!)! * width));
  const after = (await grow({ base: before, tokenizer, init: "subword-mean" })).weights[embedding]!;
  assert.deepEqual([...row(after, tokenizer.idOf("abc")!).subarray(0, 3)], [2, 2, 2]);
  const half = meanRow(table, [small.idOf("à")!, small.idOf("¤")!]);
  close(row(after, tokenizer.idOf("à¤")!), half);
});

test("gaussian: new rows have the old rows' mean and deviation in each dimension, and each seed its own", async () => {
  const before = model({ tied: false });
  const table = before.weights[embedding]!;
  for (let id = 0; id < base.size; id++) row(table, id)[3] = 7; // no deviation
  for (let id = 0; id < base.size; id++) row(table, id)[5]! *= 20;
  const one = await grow({ base: before, tokenizer: wide, init: "gaussian", rng: rng(1) });
  const again = await grow({ base: before, tokenizer: wide, init: "gaussian", rng: rng(1) });
  const two = await grow({ base: before, tokenizer: wide, init: "gaussian", rng: rng(2) });
  assert.deepEqual(one.weights, again.weights);
  assert.notDeepEqual(row(one.weights[embedding]!, base.size), row(two.weights[embedding]!, base.size));
  assert.notDeepEqual(row(one.weights[embedding]!, base.size), row(one.weights[head]!, base.size));
  const news = Array.from({ length: wide.size - base.size }, (_, i) => base.size + i);
  const deviation = (ids: number[], values: NdArray, j: number): number => {
    const centre = meanRow(values, ids)[j]!;
    return Math.sqrt(ids.reduce((sum, id) => sum + (row(values, id)[j]! - centre) ** 2, 0) / ids.length);
  };
  for (const j of [0, 5, 11]) {
    const expected = deviation(oldIds(), table, j);
    const drawn = one.weights[embedding]!;
    const error = Math.abs(meanRow(drawn, news)[j]! - meanRow(table, oldIds())[j]!);
    assert.ok(error < (4 * expected) / Math.sqrt(news.length), `mean of dimension ${j} is off by ${error}`);
    assert.ok(Math.abs(deviation(news, drawn, j) / expected - 1) < 0.25, `deviation of dimension ${j}`);
  }
  for (const id of news) assert.equal(row(one.weights[embedding]!, id)[3], 7);
});

test("convex initialisers never let a new token outrank all old ones; the random one does", async () => {
  const before = model({ tied: false });
  const outranks = (table: NdArray, hidden: number[]): boolean => {
    const logit = (id: number): number => row(table, id).reduce((sum, value, j) => sum + value * hidden[j]!, 0);
    const best = oldIds().reduce((most, id) => Math.max(most, logit(id)), -Infinity);
    const scale = hidden.reduce((sum, value) => sum + Math.abs(value), 1);
    for (let id = base.size; id < table.shape[0]!; id++) if (logit(id) > best + 1e-5 * scale) return true;
    return false;
  };
  const hidden = fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: width, maxLength: width });
  for (const init of names) {
    const { weights } = await grow({ base: before, tokenizer: wide, init, rng: rng(3), padTo: 64 });
    const property = fc.property(hidden, (h) => !outranks(weights[head]!, h));
    const { failed } = fc.check(property, { seed: 4, numRuns: 150 });
    assert.equal(failed, !initialisers[init].convex, init);
  }
});

test("mean: the KL divergence to the old next-token distribution is at most log(1 + n / old)", async () => {
  const before = model();
  const { weights } = await grow({ base: before, tokenizer: wide, init: "mean" });
  const random = rng(9);
  for (let draw = 0; draw < 50; draw++) {
    const hidden = Array.from({ length: width }, () => 3 * random.normal());
    const logits = Array.from({ length: wide.size }, (_, id) =>
      row(weights[embedding]!, id).reduce((sum, value, j) => sum + value * hidden[j]!, 0),
    );
    const total = (to: number): number => logits.slice(0, to).reduce((sum, logit) => sum + Math.exp(logit), 0);
    const divergence = Math.log(total(wide.size) / total(base.size));
    assert.ok(divergence <= Math.log(1 + (wide.size - base.size) / base.size) + 1e-5);
  }
});

test("padding: new ids may land on it, it never enters a statistic, and what is left of it is the mean", async () => {
  const padded = model({ rows: 768 });
  for (const init of names) {
    const after = await grow({ base: padded, tokenizer: wide, init, rng: rng(1), padTo: 64 });
    const table = after.weights[embedding]!;
    assert.deepEqual(table.shape, [896, width]); // 850 tokens
    assert.equal(after.config.vocabSize, 896);
    assert.ok(
      table.data.every((value) => Math.abs(value) < 100),
      "padding leaked",
    );
    const plain = await grow({ base: model(), tokenizer: wide, init, rng: rng(1) });
    assert.deepEqual(table.data.subarray(0, wide.size * width), plain.weights[embedding]!.data);
    for (let id = wide.size; id < 896; id++) close(row(table, id), meanRow(padded.weights[embedding]!, oldIds()));
  }
  const roomy = await grow({ base: model({ rows: 1000 }), tokenizer: wide, init: "mean" });
  assert.equal(roomy.config.vocabSize, 1000, "a table never loses rows");
});

test("refuses what does not fit, in one line", async () => {
  const fits = { base: model(), tokenizer: wide, init: "mean" as const };
  await assert.rejects(
    grow({ ...fits, init: "zero" as never }),
    /^Error: grow: invalid init: "zero" \(one of mean, gaussian, subword-mean\)$/,
  );
  await assert.rejects(grow({ ...fits, init: "toString" as never }), /^Error: grow: invalid init: "toString"/);
  await assert.rejects(grow({ ...fits, padTo: 0 }), /^RangeError: grow: invalid padTo: 0/);
  await assert.rejects(
    grow({ ...fits, init: "gaussian" }),
    /^Error: grow: invalid rng: undefined \("gaussian" draws; give it rng\(seed\)\)$/,
  );
  await assert.rejects(grow({ ...fits, signal: AbortSignal.abort(new Error("no")) }), /^Error: no$/);
  await assert.rejects(
    grow({ ...fits, tokenizer: toy([]) }),
    /^Error: grow: invalid tokenizer: "[^"]+" has id \d+ in the base and \w+ here/,
  );
  await assert.rejects(
    grow({ ...fits, base: { ...model(), weights: {} } }),
    /^Error: grow: invalid base: model\.embed_tokens\.weight is missing/,
  );
  await assert.rejects(
    grow({ ...fits, base: model({ rows: 500 }) }),
    /^Error: grow: invalid base: 500 rows for a tokenizer of 700/,
  );
  const untied = model({ tied: false });
  delete untied.weights[head];
  await assert.rejects(grow({ ...fits, base: untied }), /lm_head\.weight is missing/);
});

test("tokens that were added by hand get rows of their own", async () => {
  const json = structuredClone(base.json) as { added_tokens: { id: number; content: string }[] };
  json.added_tokens.push({ ...json.added_tokens[0]!, id: 705, content: "<|user|>" });
  const before = model();
  const { weights, config } = await grow({ base: before, tokenizer: parse(json), init: "subword-mean" });
  assert.equal(config.vocabSize, 706);
  const pieces = segment(base, new TextEncoder().encode("<|user|>"));
  close(row(weights[embedding]!, 705), meanRow(before.weights[embedding]!, pieces));
  close(row(weights[embedding]!, 702), meanRow(before.weights[embedding]!, oldIds()));
});
