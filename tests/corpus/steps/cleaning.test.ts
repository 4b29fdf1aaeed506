import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "../../property.js";
import { pipeline, type StepGiven } from "../../../src/corpus/index.js";
import { cleanBuiltIn } from "../../../src/corpus/steps/built-in.js";
import { dropUntranslated, linesOf } from "../../../src/corpus/load/untranslated.js";

/** One text through steps, or as the built-in corpora go. */
const cleanText = async (text: string, steps?: StepGiven[]): Promise<string> => {
  const documents = [{ key: "a", text }];
  return (await (steps ? pipeline({ documents, steps }) : cleanBuiltIn(documents))).documents[0]?.text ?? "";
};

test("each step does what it is asked for and nothing else", async () => {
  const code = "def f(x):\r\n\tif x:\n    return  1 \n\n\n\n\f\u0000e\u0301\ud800\u0085z\n";
  assert.equal(await cleanText(code, []), code);
  assert.equal(await cleanText(code, ["lines"]), code.replace("\r\n", "\n"));
  assert.equal(await cleanText(code, ["surrogates"]), code.replace("\ud800", "\ufffd"));
  assert.equal(await cleanText(code, ["controls"]), code.replace("\f\u0000", "\n").replace("\u0085", "\n"));
  assert.equal(await cleanText(code, ["nfc"]), code.replace("e\u0301", "é"));
  assert.equal(await cleanText(code, ["spaces"]), "def f(x):\r\nif x:\nreturn 1\n\n\n\n\f\u0000e\u0301\ud800\u0085z\n");
  assert.equal(await cleanText("신라 Объект", ["romanised"]), "SinLa Ob'ekt");
  assert.equal(await cleanText("\n\na\n\n\n\nb\n", ["blank-lines"]), "a\n\nb");
  assert.equal(await cleanText("a\r\n\r\n\r\nb", ["lines", "blank-lines"]), "a\n\nb");
  assert.equal(await cleanText("a\r\n\r\n\r\nb", ["blank-lines", "lines"]), "a\n\n\nb");
});

test("a built-in corpus with steps of its own goes through these alone, in a preview as when it is loaded", async () => {
  const documents = [{ key: "a", text: "def f(x):\r\n\treturn  x\n" }];
  const { documents: left, steps } = await cleanBuiltIn(documents, { row: { clean: ["lines"] } });
  assert.equal(left[0]!.text, "def f(x):\n\treturn  x\n");
  assert.deepEqual(
    steps.map(({ step }) => step),
    ["lines"],
  );
});

test("words that a control character parts are never joined, but in the built-in corpora", async () => {
  const parted = "one\ftwo\vthree\u0085four\u001cfive\u001fsix";
  assert.equal(await cleanText(parted, ["controls"]), "one\ntwo\nthree\nfour\nfive\nsix");
  assert.equal(await cleanText(parted), "onetwothreefourfivesix");
});

test("text of a built-in corpus comes out in one form: NFC, plain line ends, single spaces, no control characters", async () => {
  assert.equal(
    await cleanText("\ufeffe\u0301te\u0301\r\n\r\n\r\n\tzwei  Wörter \t x \u0000\u007f\rEnde\n\n"),
    "été\n\nzwei Wörter x\nEnde",
  );
  assert.equal(await cleanText("a\ud800b"), "a\ufffdb");
  assert.equal(await cleanText("한국어 😀 \u00a0!"), "한국어 😀 \u00a0!");
  assert.equal(await cleanText(" \n\t\n "), "");
});

test("cleaning twice is cleaning once, whatever the text", async () => {
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
  await fc.assert(
    fc.asyncProperty(fc.oneof(nasty, fc.string({ unit: "binary" })), async (text) => {
      const once = await cleanText(text);
      assert.equal(await cleanText(once), once);
      assert.equal(once, once.normalize("NFC"));
      assert.doesNotMatch(once, /[^\P{Cc}\n]| {2}|^ | $|\n{3}|\p{Surrogate}/mu);
    }),
    { numRuns: 500 },
  );
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
