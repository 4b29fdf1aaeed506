/** Word vectors recover a structure that was planted in a text; streams of units; parts of words. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { gramsOf } from "../../src/embed/grams.js";
import { cbow, grow, partsOf, tokensFromWords, tokenStream, wordStream } from "../../src/embed/index.js";
import { rng } from "../../src/rng.js";
import { configOf, init } from "../../src/model/index.js";
import { extend, train } from "../../src/vocab/index.js";
import type { NdArray } from "../../src/types.js";
import { diagnostics, toy } from "../vocab/support.js";

const topics = 6;
/** Each topic has words of its own and two names, `ta` and `tb`, which stand wherever the other could. */
function planted(lines: number): string[] {
  const random = rng(11);
  const words = (topic: number): string => `w${topic}x${random.int(8)}`;
  return Array.from({ length: lines }, () => {
    const topic = random.int(topics);
    const name = `${random.int(2) === 0 ? "ta" : "tb"}${topic}`;
    return [words(topic), words(topic), "and", name, words(topic), words(topic)].join(" ");
  });
}

function cosine({ shape, data }: NdArray, a: number, b: number): number {
  const dim = shape[1]!;
  let [ab, aa, bb] = [0, 0, 0];
  for (let j = 0; j < dim; j++) {
    const [x, y] = [data[a * dim + j]!, data[b * dim + j]!];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return ab / Math.sqrt(aa * bb);
}

const settings = { dim: 16, epochs: 10, minCount: 3, window: 4, sample: 1, rate: 0.1 };

test("words that stand for each other have vectors that do: the other name of a topic is nearer than all other topics", async () => {
  const { words, stream } = wordStream({ texts: planted(1500) });
  const { vectors } = await cbow({ stream, size: words.length, ...settings });
  const at = (word: string): number => words.indexOf(word);
  for (let topic = 0; topic < topics; topic++) {
    const same = cosine(vectors, at(`ta${topic}`), at(`tb${topic}`));
    assert.ok(same > 0.8, `the names of topic ${topic}: ${same}`);
    for (let other = 0; other < topics; other++) {
      if (other === topic) continue;
      const different = cosine(vectors, at(`ta${topic}`), at(`tb${other}`));
      assert.ok(different < same - 0.2, `topics ${topic} and ${other}: ${different}`);
    }
  }
});

test("same seed, same bytes, with parts too; another seed, others", async () => {
  const { words, stream } = wordStream({ texts: planted(80) });
  const run = (seed: number) => {
    const parts = partsOf(words, { min: 3, max: 4, buckets: 50 });
    return cbow({ stream, size: words.length, ...settings, epochs: 2, parts, seed });
  };
  const [one, again, two] = [await run(1), await run(1), await run(2)];
  assert.deepEqual(one, again);
  assert.notDeepEqual(one.vectors, two.vectors);
  assert.deepEqual(one.counts, two.counts);
});

test("rare units get zeros and change nothing; a line is a border", async () => {
  const { words, stream } = wordStream({ texts: planted(60) });
  const plain = await cbow({ stream, size: words.length, ...settings });
  const rare = words.length;
  const sprinkled = [...stream].flatMap((unit, i) => (i === 40 || i === 90 ? [rare, unit] : [unit]));
  const withRare = await cbow({ stream: Int32Array.from(sprinkled), size: rare + 1, ...settings });
  // One unit more draws one row more at the start, so the numbers differ; that it has zeros does not.
  assert.ok(withRare.vectors.data.subarray(rare * 16).every((value) => value === 0));
  assert.equal(withRare.counts[rare], 2);
  assert.ok(plain.vectors.data.every((value, i) => value !== 0 || plain.counts[Math.floor(i / 16)]! < 3));
  // Units alone on their lines have no context: nothing is learned, rows stay where they were drawn.
  const alone = Int32Array.from([0, -1, 1, -1, 0, -1, 1, -1]);
  const still = await cbow({ stream: alone, size: 2, dim: 4, minCount: 1, epochs: 1 });
  const drawn = rng(1);
  assert.deepEqual(
    still.vectors.data,
    Float32Array.from({ length: 8 }, () => (2 * drawn.uniform() - 1) / 4),
  );
});

test("it can be stopped, says how far it is, and refuses what does not fit in one line", async () => {
  const { words, stream } = wordStream({ texts: planted(2000) });
  const options = { stream, size: words.length, ...settings };
  const controller = new AbortController();
  const seen: number[] = [];
  const stopped = cbow({
    ...options,
    signal: controller.signal,
    onProgress: ({ done, total }) => {
      assert.ok(done <= total);
      seen.push(done);
      controller.abort(new Error("enough"));
    },
  });
  await assert.rejects(stopped, /^Error: enough$/);
  assert.equal(seen.length, 1);
  await assert.rejects(cbow({ ...options, dim: 0 }), /^RangeError: cbow: invalid dim: 0 \(an integer from 1\)$/);
  await assert.rejects(
    cbow({ ...options, size: 2 }),
    /^RangeError: cbow: invalid stream: it has \d+ \(units are below 2\)$/,
  );
  await assert.rejects(
    cbow({ ...options, minCount: 1e6 }),
    /^Error: cbow: invalid stream: no unit is in it 1000000 times/,
  );
});

test("wordStream: runs of letters, marks and digits, most frequent first; line ends stay", () => {
  const { words, stream } = wordStream({ texts: ["b a, b!\n\nनमस्ते a", "c b"], minCount: 2 });
  assert.deepEqual(words, ["b", "a"]);
  assert.deepEqual([...stream], [0, 1, 0, -1, -1, 1, -1, 0, -1]);
});

test("tokenStream: the tokenizer's ids, a line at a time", async () => {
  const tokenizer = toy([["a", "b"]]);
  const id = (token: string): number => tokenizer.idOf(token)!;
  const stream = await tokenStream({ texts: ["ab\n\nb", "a"], tokenizer });
  assert.deepEqual([...stream], [id("ab"), -1, id("b"), -1, id("a"), -1]);
});

test("grams: every run of the bracketed word, whole characters only", () => {
  const grams = { min: 2, max: 3, buckets: 1 << 30 };
  const bucket = (text: string): number[] => gramsOf(text, { ...grams, min: 2, max: 20 });
  assert.equal(gramsOf("ab", grams).length, 3 + 2); // <a ab b> <ab ab>
  assert.equal(gramsOf("😀", grams).length, 2 + 1);
  assert.equal(new Set([...gramsOf("cab", grams), ...gramsOf("cab", grams)]).size, 4 + 3);
  assert.ok(bucket("walked").some((part) => bucket("walking").includes(part)));
  assert.throws(() => partsOf(["a"], { min: 1, max: 3, buckets: 9 }), /^RangeError: partsOf: invalid grams: \{"min":1/);
});

test("tokens get vectors from their parts where parts were learned, and from words else", async () => {
  const tokenizer = toy([
    ["a", "b"],
    ["Ġ", "ab"],
    ["a", "c"],
    ["à", "¤"],
  ]);
  const id = (token: string): number => tokenizer.idOf(token)!;
  const row = ({ data }: NdArray, n: number): number[] => [...data.subarray(n * 2, n * 2 + 2)];
  const plain = {
    words: ["ab", "ac"],
    counts: [3, 1],
    vectors: { shape: [2, 2], data: Float32Array.of(1, 0, 0, 1) },
  };
  const fromWords = await tokensFromWords({ words: plain, tokenizer });
  assert.deepEqual(row(fromWords, id("ab")), [1, 0]);
  assert.deepEqual(row(fromWords, id("Ġab")), [1, 0]);
  assert.deepEqual(row(fromWords, id("b")), [0, 0]);
  const buckets = 1 << 12;
  const learned = { shape: [buckets, 2], data: new Float32Array(buckets * 2) };
  const grams = { min: 3, max: 3, buckets, vectors: learned };
  for (const bucket of gramsOf("b", grams)) learned.data.set([5, 7], bucket * 2);
  const fromParts = await tokensFromWords({ words: { ...plain, grams }, tokenizer });
  assert.deepEqual(row(fromParts, id("Ġab")), [1, 0]);
  assert.deepEqual(row(fromParts, id("b")), [5, 7]);
  assert.deepEqual(row(fromParts, id("à¤")), [0, 0]);
});

test("from texts to rows: FOCUS with vectors trained on the tokens of both languages", async () => {
  const [fr, ko] = [diagnostics("fr").slice(0, 800), diagnostics("ko").slice(0, 800)];
  const base = await train({ texts: fr, size: 500 });
  const tokenizer = await extend({ base, texts: ko, newTokens: 60 });
  const stream = await tokenStream({ texts: [...fr, ...ko], tokenizer });
  const { vectors } = await cbow({ stream, size: tokenizer.size, dim: 20, epochs: 1 });
  const config = configOf({ size: "tiny", vocabSize: base.size });
  const model = { config, weights: init({ config, rng: rng(1) }), tokenizer: base };
  const grown = await grow({ base: model, tokenizer, init: "focus", evidence: { tokenVectors: vectors }, rng: rng(1) });
  const missed = grown.report.tables.flatMap(({ fallbacks }) => Object.values(fallbacks)).reduce((a, b) => a + b, 0);
  assert.ok(missed < 30, `${missed} of 60 fell back`);
  assert.ok(grown.weights["model.embed_tokens.weight"]!.data.every(Number.isFinite));
});
