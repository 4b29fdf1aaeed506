/** Invented facts, people and what CLDR says of countries: every question has its answer in the documents that tell it, and in no other. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as corpus from "../../../src/corpus/index.js";
import { rng } from "../../../src/rng.js";

const all = ["en", "de", "fi", "ko", "clone"] as const;
const times = (list: readonly unknown[], each: unknown): number => list.filter((one) => one === each).length;

test("facts: each is told in the seen ways alone, in every language the same, and values are as frequent as each other", () => {
  const made = corpus.facts({ subjects: 30, relations: 8, languages: all, asked: 240 });
  const { documents, questions } = made.generate({ rng: rng(1) });
  assert.equal(documents.length, 30 * all.length * 3);
  assert.equal(questions.length, 240 * all.length * 5);
  const truth = new Map(questions.map(({ fact, gold }) => [fact, gold]));
  const sentences = new Set(documents.flatMap((text) => text.split(/(?<=[.]) /)));
  for (const { context, choices, gold, group, fact, language, way } of questions) {
    // The right value follows where it is told, and no other does.
    const end = language === "ko" && way !== 2 ? "입니다." : ".";
    const told = choices.flatMap((choice, i) => (sentences.has(`${context} ${choice}${end}`) ? [i] : []));
    assert.deepEqual(told, group === "seen" ? [gold] : [], context);
    assert.equal(gold, truth.get(fact));
    assert.equal(new Set(choices).size, 10);
  }
  const golds = questions.map(({ gold }) => gold);
  for (let value = 0; value < 10; value++) assert.equal(times(golds, value), questions.length / 10);
  // Without its subject a context says nothing of the fact.
  const neutrals = new Set(questions.map(({ neutral }) => neutral));
  assert.equal(neutrals.size, 8 * 5 * all.length);
  for (const neutral of neutrals) assert.doesNotMatch(neutral, /\{|\}| {2}|^\s|\s$/);
});

test("facts: what is true does not depend on how it is told; bad options are refused", () => {
  const of = (options: corpus.FactsOptions): string[] =>
    corpus
      .facts(options)
      .generate({ rng: rng(3) })
      .questions.filter(({ way }) => way === 0)
      .map(({ context, choices, gold }) => `${context} ${choices[gold]!}`);
  assert.deepEqual(of({ heldOut: 4, copies: 1, askIn: ["en"], languages: ["clone"] }), of({ copies: 9 }));
  assert.deepEqual(corpus.facts({ copies: 0 }).generate({ rng: rng(3) }).documents, []);
  assert.throws(() => corpus.facts({ heldOut: 5 }), /^Error: facts: invalid heldOut: 5 \(0 to 4\)$/);
  assert.throws(() => corpus.facts({ languages: ["en", "en"] }), /invalid languages: en, en/);
  assert.throws(() => corpus.facts({ askIn: ["xx" as "en"] }), /invalid askIn: xx/);
  assert.throws(() => corpus.facts({ subjects: 2, relations: 2, asked: 5 }), /invalid asked: 5 \(0 to 4\)/);
});

test("facts in a language of one's own: the same ones, and what its words lack is said", () => {
  const relation = [["färg"], "röd blå grön gul svart vit brun grå orange lila"] as const;
  const sv: corpus.FactLanguage = {
    ways: Array.from({ length: 5 }, (_, i) => [`${i}: {s}s {r} är`, 0] as const),
    ends: Array<string>(5).fill("."),
    relations: [relation],
  };
  const options = { relations: 1, askIn: ["sv", "en"], languages: ["sv"], words: { sv } };
  const { documents, questions } = corpus.facts(options).generate({ rng: rng(3) });
  assert.match(documents[0]!, /^[012]: [A-Z]\w+s färg är \p{L}+\.$/u);
  assert.match(questions[0]!.neutral, /^0: färg är$/);
  const gold = (language: string): number[] => questions.filter((q) => q.language === language).map((q) => q.gold);
  assert.deepEqual(gold("sv"), gold("en"));
  const bad =
    (change: Partial<corpus.FactLanguage>): (() => unknown) =>
    () =>
      corpus.facts({ ...options, words: { sv: { ...sv, ...change } } });
  assert.throws(bad({ relations: [] }), /^Error: facts: invalid words: sv \(0 relations of 1\)$/);
  assert.throws(bad({ ends: ["."] }), /5 ways, and as many ends/);
  assert.throws(bad({ relations: [[["färg"], ["röd", "röd"]]] }), /färg has 1 values; ten different ones/);
  assert.throws(bad({ ways: sv.ways.map(([text]) => [text, 1]) }), /färg has no form 1/);
  assert.throws(bad({ ways: sv.ways.map(() => ["{s} är", 0]) }), /needs \{s\}, the subject, and \{r\}/);
});

test("biographies: who is asked about has one that says it; answers are told of those who are taught alone", () => {
  const given = { people: 100, tellings: 2, permute: true, languages: all, taught: 0.4, asked: 10 };
  const { documents, questions } = corpus.biographies(given).generate({ rng: rng(1) });
  assert.equal(documents.length, 100 * 2 * all.length + 40 * 4 * all.length);
  assert.equal(questions.length, 2 * 10 * 4 * all.length);
  const known = new Set(documents);
  for (const { context, choices, gold, group, person, language } of questions) {
    const right = choices[gold]!;
    assert.equal(known.has(`${context} ${right}`), group === "taught", context);
    assert.equal(new Set(choices).size, 10);
    if (language === "clone") continue;
    const own = documents.filter((text) => text.includes(person) && !/^(Question|Frage|Kysymys|질문):/.test(text));
    assert.equal(own.length, 2 * (all.length - 1));
    assert.ok(own.every((text) => text.includes(right)));
  }
  const some = (options: corpus.BiographiesOptions): corpus.Generated =>
    corpus.biographies({ ...given, ...options }).generate({ rng: rng(1) });
  // Halves of the people and of what is said add up to the whole, with the same questions.
  const parts = [
    some({ write: ["biographies"], of: "taught" }),
    some({ write: ["biographies"], of: "held-out" }),
    some({ write: ["answers"] }),
  ];
  assert.deepEqual(
    parts.map(({ documents }) => documents.length),
    [400, 600, 800],
  );
  for (const part of parts) assert.deepEqual(part.questions, questions);
  const sorted = (text: string): string => text.split(". ").sort().join(". ");
  const alike = (texts: string[]): string[] => texts.map((text) => sorted(text.replace(/\.$/, ""))).sort();
  assert.deepEqual(alike(parts.flatMap((part) => part.documents)), alike(documents));
  assert.throws(
    () => corpus.biographies({ taught: 2 }),
    /^Error: biographies: invalid taught: 2 \(a share from 0 to 1\)$/,
  );
  assert.throws(() => corpus.biographies({ languages: ["sv" as "en"] }), /invalid languages: sv/);
});

test("biographies in one telling are all alike, in several each person's differ", () => {
  const first = (options: corpus.BiographiesOptions): string[] =>
    corpus
      .biographies({ people: 50, write: ["biographies"], ...options })
      .generate({ rng: rng(2) })
      .documents.map((text) => text.replace(/\b[A-Z][a-z]{4}[ao]\b|\d+/g, "…"));
  assert.equal(new Set(first({})).size, 1);
  assert.equal(new Set(first({ tellings: 5 })).size, 5);
  assert.ok(new Set(first({ tellings: 5, permute: true })).size > 50);
});

test("countries: currencies, languages and names, by Node and CLDR", () => {
  const told = (options: corpus.CountriesOptions): corpus.Generated =>
    corpus.countries(options).generate({ rng: rng(1) });
  assert.ok(told({ relation: "name", into: "ko" }).documents.includes("Germany: 독일"));
  assert.ok(told({ relation: "language", language: "fi" }).documents.includes("Unkari: unkari"));
  const { documents, questions } = told({ language: "de", shots: 3, choices: 5, questions: 300 });
  assert.ok(documents.includes("Deutschland: Euro"));
  const answers = documents.map((line) => line.split(": ")[1]!);
  assert.equal(new Set(answers).size, answers.length);
  for (const { context, choices, gold } of questions) {
    const lines = context.split("\n");
    assert.equal(lines.length, 4);
    assert.ok(
      lines.slice(0, 3).every((line) => documents.includes(line) && !choices.every((each) => line.endsWith(each))),
    );
    assert.ok(documents.includes(`${lines[3]!} ${choices[gold]!}`));
    assert.equal(new Set(choices).size, 5);
  }
  const groups = told({ relation: "language", questions: 60 }).questions;
  assert.equal(groups.find(({ context }) => context.endsWith("\nBrazil:"))?.group ?? "unlike", "unlike");
  assert.equal(groups.find(({ context }) => context.endsWith("\nHungary:"))?.group ?? "alike", "alike");
  assert.throws(() => corpus.countries({ language: "xx" }), /^Error: countries: invalid language: xx/);
  assert.throws(() => corpus.countries({ language: "en", into: "ko" }), /invalid into: ko/);
});
