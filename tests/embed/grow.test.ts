import assert from "node:assert/strict";
import { before, test } from "node:test";
import { grow, initialisers, spellings, type Evidence, type InitialiserName } from "../../src/embed/index.js";
import { rng } from "../../src/rng.js";
import { extend, parse, segment, train } from "../../src/vocab/index.js";
import type { LanguageModel, NdArray, Tokenizer } from "../../src/types.js";
import { diagnostics, toy } from "../vocab/support.js";
import { close, embedding, head, meanRow, model as modelOf, row, type ModelOptions } from "./support.js";

const width = 12;
let base: Tokenizer;
let wide: Tokenizer;
let evidence: Evidence;
before(async () => {
  base = await train({ texts: diagnostics("fr"), size: 700 });
  wide = await extend({ base, texts: diagnostics("ko"), newTokens: 150 });
  evidence = { spellings: await spellings({ base, tokenizer: wide, texts: diagnostics("ko").slice(0, 200) }) };
});
/** Those that need nothing but what is here; the others have files of their own. */
const names = (Object.keys(initialisers) as InitialiserName[]).filter((name) =>
  (initialisers[name].needs ?? []).every((need) => need === "spellings"),
);
/** Its statistics are over padding too, by design. */
const own = names.filter((name) => name !== "hugging-face");

const model = (options: Partial<ModelOptions> = {}): LanguageModel => modelOf({ tokenizer: base, ...options });
const bits = (values: Float32Array): Buffer => Buffer.from(values.buffer, values.byteOffset, values.byteLength);
const oldIds = (): number[] => [...Array(base.size).keys()];

for (const init of names)
  for (const tied of [true, false])
    test(`${init}, ${tied ? "tied" : "untied"}: old rows are the same bits, everything else of the model too`, async () => {
      const before = model({ tied });
      const copy = structuredClone(before.weights);
      const after = await grow({ base: before, tokenizer: wide, init, evidence, rng: rng(5) });
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
  for (const init of own) {
    const after = await grow({ base: padded, tokenizer: wide, init, evidence, rng: rng(1), padTo: 64 });
    const table = after.weights[embedding]!;
    assert.deepEqual(table.shape, [896, width]); // 850 tokens
    assert.equal(after.config.vocabSize, 896);
    assert.ok(
      table.data.every((value) => Math.abs(value) < 100),
      "padding leaked",
    );
    const plain = await grow({ base: model(), tokenizer: wide, init, evidence, rng: rng(1) });
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
    /^Error: grow: invalid init: "zero" \(one of random, mean, gaussian, [^\n]*\)$/,
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
  // Its id leaves a gap, which Hugging Face's library closes when it reads the file.
  json.added_tokens.push({ ...json.added_tokens[0]!, id: 705, content: "<|user|>" });
  const before = model();
  const { weights, config } = await grow({ base: before, tokenizer: parse(json), init: "subword-mean", padTo: 703 });
  assert.equal(parse(json).idOf("<|user|>"), 700);
  assert.equal(config.vocabSize, 703);
  const pieces = segment(base, new TextEncoder().encode("<|user|>"));
  close(row(weights[embedding]!, 700), meanRow(before.weights[embedding]!, pieces));
  close(row(weights[embedding]!, 702), meanRow(before.weights[embedding]!, oldIds()));
});
