/** Rules of quality: verdicts of datatrove, words of spaCy, and languages that the rules were not made for. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "../../property.js";
import { pipeline, stepOf } from "../../../src/corpus/index.js";
import { space } from "../../../src/corpus/steps/rules/characters.js";
import { rules } from "../../../src/corpus/steps/rules/registry.js";
import { sentencesIn } from "../../../src/corpus/steps/rules/sentences.js";
import { splitterOf } from "../../../src/corpus/steps/rules/words.js";
import { rng } from "../../../src/rng.js";
import { hasPackages } from "../../python.js";
import { damagedTexts, declarations, realTexts } from "./damaged.js";
import { differences, type Judged, ourVerdicts, theirVerdicts, type Verdicts } from "./datatrove.js";

const wordsIn = (text: string, language = "en"): string[] => splitterOf({ language })(text).map((word) => word.text);
const judged = (texts: readonly string[]): Judged[] => texts.map((text) => ({ text, language: "en" }));

test("goldens: datatrove's verdicts and edits on damaged passages", () => {
  const file = join(__dirname, "../../golden/rules.json");
  const rows = JSON.parse(readFileSync(file, "utf8")) as { text: string; verdicts: Verdicts }[];
  const [documents, theirs] = [judged(rows.map(({ text }) => text)), rows.map(({ verdicts }) => verdicts)];
  assert.deepEqual(differences(ourVerdicts(documents), theirs), []);
});

const python = process.env.PYTHON ?? "python3";
test(
  "datatrove drops and edits the same of 300 real and damaged documents, for the same reasons",
  { skip: !hasPackages(python, ["datatrove", "spacy"]) && "no datatrove and spaCy" },
  () => {
    const texts = [...realTexts(), declarations(["en"]).en!];
    const short = damagedTexts({ texts, count: 900, rng: rng(5) }).filter((text) => text.length < 2500);
    const documents = judged(short.slice(0, 300));
    assert.deepEqual(differences(ourVerdicts(documents), theirVerdicts({ python, documents })), []);
  },
);

test("words: as spaCy's English has them, marks among them", () => {
  const cases: Record<string, string[]> = {
    "I can't, she'll've; it’s o'clock.": ["I", "ca", "n't", ",", "she", "'ll", "'ve", ";", "it", "’s", "o'clock", "."],
    "(e.g. U.S. at 10a.m.)": ["(", "e.g.", "U.S.", "at", "10", "a.m.", ")"],
    "well-known 10-word a/b 5km £3.50 12%": [
      ...["well", "-", "known", "10", "-", "word", "a", "/", "b"],
      ...["5", "km", "£", "3.50", "12", "%"],
    ],
    "See https://a.example/b?c=d. :-) ;-) x:)y ……": [
      ...["See", "https://a.example/b?c=d", ".", ":-)", ";-)", "x:)y", "…", "…"],
    ],
    "\u00a0\ta\u3000b \u0085": ["a", "b"],
    'end..."': ["end", "...", '"'],
    "": [],
  };
  for (const [text, words] of Object.entries(cases)) assert.deepEqual(wordsIn(text), words, text);
  assert.deepEqual(wordsIn("l'eau can't", "fr"), ["l'eau", "can't"], "only English has its contractions");
});

test("words of languages that write them together, or part them by other marks", () => {
  assert.deepEqual(wordsIn("你好，世界。", "zh"), ["你好", "，", "世界", "。"]);
  assert.deepEqual(wordsIn("สวัสดีชาวโลก", "th-TH"), ["สวัสดี", "ชาว", "โลก"]);
  assert.deepEqual(wordsIn("१\nनमस्ते, 10.5 \nदुनिया।\n", "hi"), ["१\nनमस्ते", ",", "10.5", "दुनिया", "।"]);
  assert.equal(wordsIn("好".repeat(5000), "zh").join(""), "好".repeat(5000), "long runs in pieces");
});

test("sentences: the marks that end them stay, with those that follow; together they are the text", () => {
  const [english, chinese, thai] = [sentencesIn({}), sentencesIn({ language: "zh" }), sentencesIn({ language: "th" })];
  assert.deepEqual(english('He said "No." Mr. X left!) Then  3.5 more'), [
    'He said "No."',
    " Mr. X left!)",
    " Then  3.5 more",
  ]);
  assert.deepEqual(english(""), [""]);
  assert.deepEqual(chinese("他说：“好！”我们走。再见"), ["他说：“好！”", "我们走。", "再见"]);
  assert.deepEqual(thai("ก ข"), ["ก", " ข"]);
});

test("any text: nothing of it is lost between words or sentences, and every step has a verdict", () => {
  const pieces = [
    "a",
    "Can't",
    "e.g.",
    "...",
    "…",
    ":",
    ")",
    "-",
    " ",
    "\n",
    "\u0085",
    "\u3000",
    "1",
    ",",
    "。",
    "好",
    "ก",
    "😀",
    "\ud800",
  ];
  const text = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((all) => all.join("")),
  );
  const languages = ["en", "de", "zh", "th", "hi"];
  const made = Object.keys(rules).flatMap((name) =>
    name === "c4-paragraphs" ? [stepOf(name, "test")] : languages.map((language) => stepOf({ name, language }, "test")),
  );
  fc.assert(
    fc.property(text, (text) => {
      for (const language of languages) {
        assert.equal(sentencesIn({ language })(text).join(""), text);
        const letters = text.replace(new RegExp(space, "gv"), "");
        if (language !== "hi") assert.equal(wordsIn(text, language).join(""), letters);
      }
      for (const step of made) assert.ok(step.open().judge({ key: "", text }));
    }),
    { numRuns: 200 },
  );
});

test("C4's rules leave text of languages without Latin stops and spaces, and cut their menus", async () => {
  for (const [language, text] of Object.entries(declarations(["zh", "ja", "th", "hi", "ko", "ar"]))) {
    const menu = language === "th" ? "JavaScript" : "A | B | C";
    const { documents, steps } = await pipeline({
      documents: [{ key: "a", text: `${text}\n${menu}` }],
      steps: [{ name: "c4", language }],
    });
    assert.deepEqual(steps[0]!.reasons, {}, language);
    assert.ok(documents[0]!.text.length > text.length * 0.7, `${language}: ${documents[0]!.text.length / text.length}`);
    assert.ok(!documents[0]!.text.includes(menu), language);
  }
  const english = await pipeline({
    documents: [{ key: "a", text: declarations(["zh"]).zh! }],
    steps: ["c4"],
  });
  assert.deepEqual(english.steps[0]!.reasons, { "few sentences": 1 }, "English rules drop Chinese");
});

test("C4 by sentences, mC4's paragraphs, limits of 0, a text's own end marks", async () => {
  const kept = async (text: string, step: object): Promise<string | undefined> =>
    (await pipeline({ documents: [{ key: "a", text }], steps: [step as { name: string }] })).documents[0]?.text;
  const text = "One line is here. Two lines are here! JavaScript is not here. No end";
  assert.equal(
    await kept(text, { name: "c4", by: "sentences", minSentences: 2 }),
    "One line is here. Two lines are here!",
  );
  assert.equal(await kept(text, { name: "c4", minSentences: 0, endings: "", javascript: false }), text);
  assert.equal(await kept("a b c;\nd", { name: "c4", minSentences: 1, endings: ";" }), "a b c;");
  assert.equal(
    await kept(`${"x".repeat(9)}\n${"é".repeat(9)}`, { name: "c4-paragraphs", paragraphs: 2, length: 9 }),
    `${"x".repeat(9)}\n${"é".repeat(9)}`,
  );
  assert.equal(await kept("a", { name: "gopher-quality" }), undefined);
  const none = { minWords: 0, minWordLength: 0, minLetters: 0, minStopWords: 0 };
  assert.equal(await kept("a", { name: "gopher-quality", ...none }), "a");
  assert.equal(await kept("\ufeff", { name: "gopher-quality", ...none }), "\ufeff");
  assert.throws(() => stepOf({ name: "c4", language: "?" }, "pipeline"), /language: expected a code of ISO 639/);
});
