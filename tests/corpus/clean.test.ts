import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { cleanDocuments, cleanText } from "../../src/corpus/clean.js";
import { dropUntranslated, linesOf } from "../../src/corpus/untranslated.js";

test("text comes out in one form: NFC, plain line ends, single spaces, no control characters", () => {
  assert.equal(
    cleanText("\ufeffe\u0301te\u0301\r\n\r\n\r\n\tzwei  Wörter \t x \u0000\u007f\rEnde\n\n"),
    "été\n\nzwei Wörter x\nEnde",
  );
  assert.equal(cleanText("a\ud800b"), "a\ufffdb");
  assert.equal(cleanText("한국어 😀 \u00a0!"), "한국어 😀 \u00a0!");
  assert.equal(cleanText(" \n\t\n "), "");
});

test("cleaning twice is cleaning once, whatever the text", () => {
  const nasty = fc.string({
    unit: fc.constantFrom(
      "a",
      " ",
      "\t",
      "\n",
      "\r",
      "\u0000",
      "\u0301",
      "e",
      "\ud83d",
      "\ude00",
      "ㅎ",
      "\u1112",
      "\u1161",
      "\u2028",
      "\ufeff",
      "\u00a0",
    ),
    maxLength: 40,
  });
  fc.assert(
    fc.property(fc.oneof(nasty, fc.string({ unit: "binary" })), (text) => {
      const once = cleanText(text);
      assert.equal(cleanText(once), once);
      assert.equal(once, once.normalize("NFC"));
      assert.doesNotMatch(once, /[^\P{Cc}\n]| {2}|^ | $|\n{3}|\p{Surrogate}/mu);
    }),
    { numRuns: 500 },
  );
});

test("empty and repeated documents go, the first of equals stays", () => {
  const cleaned = cleanDocuments([
    { key: "a", text: "one  two" },
    { key: "b", text: " \n" },
    { key: "c", text: "one two " },
    { key: "d", text: "three" },
  ]);
  assert.deepEqual(cleaned.documents, [
    { key: "a", text: "one two" },
    { key: "d", text: "three" },
  ]);
  assert.deepEqual([cleaned.empty, cleaned.repeated], [1, 1]);
});

test("lines that stand in the original go from a translation, also when they stand in another document of it", () => {
  const original = [
    { key: "a", text: "Open the file.\nPrint x" },
    { key: "b", text: "Close it." },
  ];
  const { documents, dropped } = dropUntranslated(
    [
      { key: "a", text: "파일을 엽니다.\nPrint x\nClose it." },
      { key: "b", text: "Close it." },
    ],
    linesOf(original),
  );
  assert.deepEqual(documents, [
    { key: "a", text: "파일을 엽니다." },
    { key: "b", text: "" },
  ]);
  assert.equal(dropped, "Print x\nClose it.\nClose it.\n".length);
});
