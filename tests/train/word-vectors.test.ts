/** Vectors from a thread of their own are the ones that the training itself makes; it reports, and stops when told. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { cbow, tokenStream, wordStream } from "../../src/embed/index.js";
import { tokenVectors, wordVectors } from "../../src/train/index.js";
import type { Progress } from "../../src/types.js";
import { diagnostics, toy } from "../vocab/support.js";

const texts = diagnostics("fr").slice(0, 500);
const settings = { dim: 12, epochs: 2, minCount: 5, seed: 3 };

test("word vectors: the thread's bytes are the training's", async () => {
  const reports: Progress[] = [];
  const made = await wordVectors({ texts, ...settings, onProgress: (progress) => void reports.push(progress) });
  const { words, stream } = wordStream({ texts, minCount: 5 });
  const { vectors, counts } = await cbow({ stream, size: words.length, ...settings });
  assert.deepEqual(made, { words, vectors, counts });
  const last = reports.at(-1)!;
  assert.equal(last.done, last.total);
});

test("token vectors and parts of words, through the thread", async () => {
  const tokenizer = toy([["e", "s"]]);
  const vectors = await tokenVectors({ texts, tokenizer, ...settings });
  const stream = await tokenStream({ texts, tokenizer });
  assert.deepEqual(vectors, (await cbow({ stream, size: tokenizer.size, ...settings })).vectors);
  const { grams, words } = await wordVectors({ texts, ...settings, grams: { min: 3, max: 4, buckets: 100 } });
  assert.deepEqual(grams?.vectors.shape, [100, 12]);
  assert.ok(words.length > 0 && grams?.vectors.data.every(Number.isFinite));
});

test("an abort ends the thread with the signal's reason; what the training refuses comes back as it is", async () => {
  const controller = new AbortController();
  const long = wordVectors({
    texts,
    ...settings,
    epochs: 100000,
    signal: controller.signal,
    onProgress: () => controller.abort(new Error("enough")),
  });
  await assert.rejects(long, /^Error: enough$/);
  await assert.rejects(wordVectors({ texts, signal: AbortSignal.abort(new Error("never")) }), /^Error: never$/);
  await assert.rejects(wordVectors({ texts, ...settings, dim: -1 }), /^RangeError: cbow: invalid dim: -1/);
  await assert.rejects(
    wordVectors({ texts: ["a b"] }),
    /^Error: wordVectors: invalid texts: no word is in them 10 times$/,
  );
});
