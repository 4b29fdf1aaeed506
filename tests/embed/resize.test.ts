/** Draws around the mean: ours against their own covariance, and against transformers' `resize_token_embeddings` where Python is here. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { test } from "node:test";
import { grow, multivariate, type Initialise } from "../../src/embed/index.js";
import { huggingFace, positiveDefinite } from "../../src/embed/huggingface.js";
import { rng } from "../../src/rng.js";
import type { LanguageModel, NdArray } from "../../src/types.js";
import { parse } from "../../src/vocab/index.js";
import { toy } from "../vocab/support.js";
import { embedding, model, row } from "./support.js";
import { oracle, pythonHas } from "../python.js";

const width = 8;
const added = 4000;
const plain = toy([]);
/** The toy with as many added tokens as there are rows to draw. */
const wide = ((): ReturnType<typeof toy> => {
  const json = structuredClone(plain.json) as { added_tokens: { id: number; content: string; special: boolean }[] };
  for (let n = 0; n < added; n++)
    json.added_tokens.push({ ...json.added_tokens[0]!, special: false, id: 257 + n, content: `<${n}>` });
  return parse(json, { endOfText: "<|endoftext|>" });
})();

/** A table whose dimensions vary together, as those of trained ones do. */
function correlated(): LanguageModel {
  const base = model({ tokenizer: plain, width, offset: 0.2 });
  const { data } = base.weights[embedding]!;
  for (let id = 0; id < 257; id++)
    for (let j = 1; j < width; j++) data[id * width + j] = 0.5 * data[id * width + j]! + data[id * width + j - 1]!;
  return base;
}

interface Moments {
  mean: number[];
  covariance: number[][];
}

/** Mean and biased covariance of the rows from `first` to `end`. */
function moments(table: NdArray, first: number, end: number): Moments {
  const n = end - first;
  const mean = Array.from({ length: width }, () => 0);
  for (let id = first; id < end; id++) row(table, id).forEach((value, j) => (mean[j]! += value / n));
  const covariance = mean.map(() => mean.map(() => 0));
  for (let id = first; id < end; id++)
    for (let i = 0; i < width; i++)
      for (let j = 0; j < width; j++)
        covariance[i]![j]! += ((row(table, id)[i]! - mean[i]!) * (row(table, id)[j]! - mean[j]!)) / n;
  return { mean, covariance };
}

/** Of `added` draws: the mean is within five standard errors, the covariance within a tenth of its scale. */
function agree(drawn: Moments, expected: Moments, scale: number): void {
  for (let i = 0; i < width; i++) {
    const deviation = Math.sqrt(expected.covariance[i]![i]!);
    const error = Math.abs(drawn.mean[i]! - expected.mean[i]!);
    assert.ok(error < 5 * Math.sqrt(scale / added) * deviation + 1e-7, `mean of dimension ${i} is off by ${error}`);
    assert.ok(error < 1e-4 * deviation || scale > 1e-9);
    for (let j = 0; j < width; j++) {
      const unit = scale * deviation * Math.sqrt(expected.covariance[j]![j]!);
      const off = Math.abs(drawn.covariance[i]![j]! - scale * expected.covariance[i]![j]!) / unit;
      assert.ok(off < 0.1, `covariance of dimensions ${i} and ${j} is off by ${off}`);
    }
  }
}
async function draws(base: LanguageModel, initialise: Initialise): Promise<NdArray> {
  const init = { summary: "", reference: "", convex: false, initialise };
  return (await grow({ base, tokenizer: wide, init, rng: rng(2) })).weights[embedding]!;
}

test("multivariate: the drawn rows have the old rows' mean and scaled covariance", async () => {
  const base = correlated();
  const old = moments(base.weights[embedding]!, 0, 257);
  for (const scale of [1, 1e-5]) agree(moments(await draws(base, multivariate(scale)), 257, 257 + added), old, scale);
  assert.throws(() => multivariate(-1), /^RangeError: multivariate: invalid scale: -1 \(0 or more\)$/);
});

test("Hugging Face's way: 1e-9 of the covariance over all rows, padding too; the mean itself where that is singular", async () => {
  const base = correlated();
  const padded = model({ tokenizer: plain, width, rows: 300 });
  padded.weights[embedding]!.data.set(base.weights[embedding]!.data);
  padded.weights[embedding]!.data.fill(0.5, 257 * width);
  for (const from of [base, padded]) {
    const rows = from.config.vocabSize;
    const table = await draws(from, huggingFace);
    agree(moments(table, 257, 257 + added), moments(from.weights[embedding]!, 0, rows), 1e-9);
  }
  const flat = model({ tokenizer: plain, width, spread: 0 });
  flat.weights[embedding]!.data.forEach((_, at, data) => (data[at] = Math.floor(at / width)));
  const table = await draws(flat, huggingFace);
  for (const id of [257, 300, 4000]) assert.deepEqual([...row(table, id)], Array<number>(width).fill(128));
});

test("positive definite: as Cholesky in single precision sees it", () => {
  const check = (rows: number[][]): boolean => positiveDefinite(Float64Array.from(rows.flat()), rows.length);
  assert.equal(
    check([
      [0.5, 0],
      [0, 0.5],
    ]),
    true,
  );
  assert.equal(
    check([
      [1, 1],
      [1, 1],
    ]),
    false,
  );
  assert.equal(
    check([
      [1, 1],
      [1, 1 + 1e-9],
    ]),
    false,
  );
  assert.equal(
    check([
      [1, 2],
      [2, 1],
    ]),
    false,
  );
  assert.equal(
    check([
      [1e-12, 0],
      [0, 1e-12],
    ]),
    true,
  );
  assert.equal(
    check([
      [1, 0],
      [0, NaN],
    ]),
    false,
  );
});

const script = path.join(__dirname, "..", "golden", "embed", "initialisers.py");
const skip = pythonHas("torch", "transformers", "numpy") ? false : "python3 with torch and transformers is not here";
interface Theirs extends Moments {
  equal: boolean;
  first: number[];
}
/** Of each table with as many rows added; one process for all, which takes long to start. */
function theirs(requests: { table: number[][]; added: number }[]): Theirs[] {
  const input = JSON.stringify(requests);
  const { status, stdout, stderr } = spawnSync("python3", [oracle, script, "--resize"], { input, encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as Theirs[];
}

test("transformers resizes a table as we do: the same mean, the same covariance", { skip }, async () => {
  const base = correlated();
  const rows = Array.from({ length: 257 }, (_, id) => [...row(base.weights[embedding]!, id)]);
  const flat = Array.from({ length: 257 }, (_, id) => Array<number>(width).fill(id));
  const [they, singular] = theirs([
    { table: rows, added },
    { table: flat, added: 5 },
  ]) as [Theirs, Theirs];
  const ours = moments(await draws(base, huggingFace), 257, 257 + added);
  assert.equal(they.equal, false);
  const old = moments(base.weights[embedding]!, 0, 257);
  agree(they, old, 1e-9);
  agree(ours, old, 1e-9);
  assert.equal(singular.equal, true);
  assert.deepEqual(singular.first, Array<number>(width).fill(128));
});
