/** Scores of windows against worked numbers, and what is kept of them. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import {
  compression,
  encode,
  flesch,
  given,
  mtld,
  scores,
  scoresOf,
  sentenceLength,
} from "../../../src/corpus/index.js";
import { readingEase, syllablesOf } from "../../../src/corpus/scores/flesch.js";
import type { TextScore } from "../../../src/corpus/scores/types.js";
import { byteTokenizer } from "../toy.js";

const root = mkdtempSync(join(tmpdir(), "palimpsest-scores-"));
process.env.PALIMPSEST_CACHE = join(root, "cache");
after(() => rmSync(root, { recursive: true }));
const near = (a: number, b: number, within = 1e-6): void => assert.ok(Math.abs(a - b) <= within, `${a} is not ${b}`);

test("reading ease of 100 words in 8 sentences with 150 syllables is 67.2475", () => {
  near(readingEase({ words: 100, sentences: 8, syllables: 150 }), 67.2475, 1e-10);
});

test("reading ease: short words in short sentences are easy; a text without words has none", () => {
  const syllables = {
    the: 1,
    make: 1,
    table: 2,
    walked: 1,
    wanted: 2,
    boxes: 2,
    makes: 1,
    reading: 2,
    palimpsest: 3,
    be: 1,
  };
  for (const [word, count] of Object.entries(syllables)) assert.equal(syllablesOf(word), count, word);
  const [easy, hard] = ["The cat sat. The dog ran.", "Institutional considerations necessitate deliberation."];
  near(flesch().ofText(easy), 206.835 - 1.015 * 3 - 84.6);
  assert.ok(flesch().ofText(easy) > flesch().ofText(hard));
  assert.ok(Number.isNaN(flesch().ofText(" 12 ?! ")));
});

test("MTLD of a worked text of 23 words: 13.028902 forwards, 15.22973 backwards", () => {
  const text = "the cat sat on the mat and the cat sat on the hat while the dog ran to the cat and the mat";
  near(mtld().ofText(text), 14.129316);
  assert.equal(mtld().ofText("no word comes twice"), Infinity);
  assert.ok(Number.isNaN(mtld().ofText("...")));
});

test("compression: .05 of a repeated word; random letters do not compress", () => {
  near(compression().ofText("abcd ".repeat(40)), 0.05);
  assert.ok(compression().ofText("qzkxjwvbpfhgydmucloirnsatewqkz") > 0.9);
  assert.ok(Number.isNaN(compression().ofText("")));
});

test("sentences end at stops and empty lines, not inside numbers", () => {
  assert.equal(sentenceLength().ofText("One two three. Four 5.2 five!\n\nSix seven"), 7 / 3);
  assert.equal(sentenceLength().ofText("한국어 문장이다。 두 번째。"), 2);
});

test("every window is scored by its own text, documents apart; what the lab's scores give is kept, and made anew when damaged", async () => {
  const tokenizer = byteTokenizer();
  const shard = await encode({ documents: ["aaaa", "bb", "cccccc"], tokenizer, path: join(root, "a.tokens") });
  const read: string[] = [];
  const own: TextScore = { name: "own", options: {}, easy: "low", ofText: (text) => (read.push(text), text.length) };
  assert.deepEqual([...scoresOf({ score: own, shard, context: 6, tokenizer })], [8, 8]);
  assert.deepEqual(read, ["aaaa\n\nbb", "\n\ncccccc"]);
  const folder = join(root, "cache", "scores");
  assert.throws(() => readdirSync(folder), /ENOENT/, "one of the user's is not kept");

  const score = compression();
  const first = scoresOf({ score, shard, context: 6, tokenizer });
  const [file] = readdirSync(folder);
  const bytes = readFileSync(join(folder, file!));
  assert.equal(bytes.length, first.length * 8 + 32);
  const kept = { ...score, ofText: () => 7 };
  assert.deepEqual([...scoresOf({ score: kept, shard, context: 6, tokenizer })], [7, 7], "a copy is the user's own");
  for (const damaged of [bytes.subarray(1), Buffer.concat([Buffer.from([1]), bytes.subarray(1)])]) {
    writeFileSync(join(folder, file!), damaged);
    assert.deepEqual(scoresOf({ score, shard, context: 6, tokenizer }), first);
    assert.deepEqual(readFileSync(join(folder, file!)), bytes);
  }
  assert.throws(
    () => scoresOf({ score: given({ values: [1, 2, 3] }), shard, context: 6, tokenizer }),
    /^Error: given: invalid values: 3 \(the text has 2 windows of 7 tokens\)$/,
  );
  shard.close();
});

test("every row: made from its example, its options make it again, one line", () => {
  for (const [name, row] of Object.entries(scores)) {
    const made = row.make(row.options.parse(row.example) as never);
    assert.equal(made.name, name);
    assert.deepEqual(row.make(row.options.parse(made.options) as never).options, made.options);
    assert.ok(!row.summary.includes("\n"));
  }
  assert.throws(() => given({ values: [1, NaN] }), /^Error: given: invalid values: NaN for number 1 \(want numbers\)$/);
});
