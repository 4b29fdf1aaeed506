/** Clones of English: read back exactly, with a dial for each way to differ, and aligned with their source. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as corpus from "../../../src/corpus/index.js";
import { rng } from "../../../src/rng.js";

const odd = [
  "The cat sat on the mat. It didn't move, not once!\nTwo lines, and\ttabs  and blanks.",
  "  A naïve café's e-mail (no. 42): ½ of “it” — 한국어, ру́сский, I'm o'clock’s end ",
  "",
  "x",
  "A B\u200dC 👩‍👩‍👧 d e f-g 3rd 4x",
];

test("whatever the dials, a clone is read back byte for byte", () => {
  for (const overlap of [0, 0.3, 1])
    for (const order of ["same", "reversed"] as const)
      for (const endings of [0, 1, 6])
        for (const fertility of [1, 2, 4]) {
          const { of, back } = corpus.cloneLanguage({ overlap, order, endings, fertility, seed: 3 });
          for (const text of odd) assert.equal(back(of(text)), text);
          if (overlap === 1 && order === "same") assert.equal(of(odd[0]!), odd[0]);
        }
  assert.equal(corpus.cloneLanguage().of(odd[1]!), corpus.cloneOf(odd[1]!));
  assert.throws(
    () => corpus.cloneLanguage().of("a ა"),
    /^Error: clone: invalid text: it has ა at 2, a letter of clones$/,
  );
});

test("each dial does what it says", () => {
  const text = "the old teacher sees a garden, and the teacher sees it";
  const words = (clone: string): string[] => clone.split(/[ ,]+/);
  const reversed = corpus.cloneLanguage({ order: "reversed" });
  assert.equal(reversed.of("a b c, d e"), corpus.cloneOf("c b a, e d"));
  const plain = words(corpus.cloneLanguage().of(text));
  assert.equal(new Set(plain).size, new Set(words(text)).size);
  const ended = words(corpus.cloneLanguage({ endings: 3 }).of(text));
  ended.forEach((word, i) => assert.equal(word, plain[i]! + "ცძწ"[i % 3]!));
  const long = words(corpus.cloneLanguage({ fertility: 2 }).of(text));
  assert.equal(long.length, 2 * plain.length - 1);
  const half = corpus.cloneLanguage({ overlap: 0.5, seed: 2 });
  const many = Array.from({ length: 2000 }, (_, i) => `w${i}`);
  const share = many.filter(half.shares).length / many.length;
  assert.ok(Math.abs(share - 0.5) < 0.04, `${share}`);
  assert.ok(
    many.every(
      (word) => (half.of(word) === word) === half.shares(word) && half.shares(word.toUpperCase()) === half.shares(word),
    ),
  );
});

test("as a step it clones the documents of files, each option counts, and what could not be read back is dropped", () => {
  const step = corpus.stepOf({ name: "clone", fertility: 2, seed: 5 }, "test");
  const language = corpus.cloneLanguage({ fertility: 2, seed: 5 });
  assert.deepEqual(step.options, { overlap: 0, order: "same", endings: 0, fertility: 2, seed: 5 });
  const { judge } = step.open();
  assert.deepEqual(judge({ key: "a", text: "a teacher" }), { key: "a", text: language.of("a teacher") });
  assert.deepEqual(judge({ key: "b", text: "a ა" }), { dropped: "has letters of clones" });
  const number = { key: "c", text: "12" };
  assert.equal(judge(number), number);
});

test("source and clone of one seed are aligned document by document, also as domains of a corpus; words are asked", async () => {
  const dials = { overlap: 0.2, order: "reversed", endings: 2, documents: 60 } as const;
  const made = (write: "source" | "clone"): corpus.Generated =>
    corpus.clone({ ...dials, write }).generate({ rng: rng(4) });
  const [source, clone] = [made("source"), made("clone")];
  assert.deepEqual(source.questions, clone.questions);
  const language = corpus.cloneLanguage({
    ...dials,
    seed: rng(4)
      .fork("shared")
      .int(2 ** 31),
  });
  assert.deepEqual(clone.documents.map(language.back), source.documents);
  for (const { context, choices, gold, group } of clone.questions) {
    const word = context.replace(" =", "");
    assert.equal(choices[gold], language.word(word));
    assert.equal(group === "shared", choices[gold] === word);
  }
  const generator = (write: "source" | "clone"): { generator: { name: "clone" }; seed: number } => ({
    generator: { name: "clone", ...dials, write } as { name: "clone" },
    seed: 4,
  });
  const { texts, aligned } = await corpus.load({
    generated: { en: generator("source"), xx: generator("clone") },
    paired: { "en-xx": { of: ["en", "xx"] } },
  });
  assert.ok(aligned);
  assert.ok(texts.en!.train.every((text, i) => texts.xx!.train[i] === language.of(text)));
  assert.ok(texts["en-xx"]!.train.length > 0);
});
