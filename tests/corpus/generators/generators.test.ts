/** Generators: what their documents say is true, their questions have one right answer, and the same draws give the same text. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as corpus from "../../../src/corpus/index.js";
import type { Generator, Question } from "../../../src/corpus/index.js";
import { isMade, type Made, write, type Written } from "../../../src/registry.js";
import { rng } from "../../../src/rng.js";

for (const [name, row] of Object.entries(corpus.generators))
  test(`${name}: made, written, read back; documents and questions as many as asked, the same again`, () => {
    // What has counts of its own makes as many as they say.
    const counted = "documents" in row.options.shape;
    const options = { ...row.example, ...(counted && { documents: 30, questions: 12 }) };
    const make = row.make as (options: object) => Generator;
    const made = make(row.options.parse(options));
    assert.ok(isMade(made) && made.name === name && row.summary.length > 0 && /https:\/\//.test(row.reference));
    const { name: _, ...written } = JSON.parse(JSON.stringify(write(made))) as Written;
    assert.deepEqual(write(make(row.options.parse(written)) as Made), write(made));
    const [one, same, other] = [1, 1, 2].map((seed) => made.generate({ rng: rng(seed) })) as [
      corpus.Generated,
      corpus.Generated,
      corpus.Generated,
    ];
    assert.deepEqual(one, same);
    assert.notDeepEqual(one, other);
    if (counted) assert.deepEqual([one.documents.length, one.questions.length], [30, 12]);
    assert.ok(one.documents.length >= 10 && one.questions.length >= 8);
    for (const { choices, gold } of one.questions) {
      assert.equal(new Set(choices).size, choices.length);
      assert.ok(choices.length >= 2 && choices[gold] !== undefined && choices.every((each) => each !== ""));
    }
    if (counted)
      assert.throws(() => make({ documents: -1 }), /invalid documents: -1 \(a whole number from 0 to 10000000\)$/);
  });

const told = ({ context, choices, gold }: Question): string => `${context} ${choices[gold]!}`;

test("chains: following the clauses gives the answer, at the depth that the group says", () => {
  const { documents, questions } = corpus.lego({ length: 5, questions: 50 }).generate({ rng: rng(3) });
  const solved = (text: string, letter: string): { value: number; depth: number } => {
    const [, not, from] = new RegExp(`\\b${letter} is (not )?(\\w)\\.`).exec(text)!;
    if (/\d/.test(from!)) return { value: Number(from), depth: 1 };
    const { value, depth } = solved(text, from!);
    return { value: not ? 1 - value : value, depth: depth + 1 };
  };
  const check = (text: string): { value: number; depth: number } => {
    const [, letter, said] = /So (\w) is (\d)$/.exec(text)!;
    const found = solved(text, letter!);
    assert.equal(String(found.value), said, text);
    return found;
  };
  documents.forEach(check);
  for (const question of questions) assert.equal(question.group, `depth-${check(told(question)).depth}`);
  const groups = questions.map(({ group }) => group);
  assert.equal(groups.filter((group) => group === "depth-5").length, 10);
});

test("sums are right, their choices as long as they are, and words say the same numbers", () => {
  const { documents, questions } = corpus.arithmetic({ digits: 3, questions: 60 }).generate({ rng: rng(4) });
  for (const text of [...documents, ...questions.map(told)]) {
    const [, a, b, sum] = /^(\d+) \+ (\d+) = (\d+)$/.exec(text)!;
    assert.equal(Number(a) + Number(b), Number(sum));
  }
  assert.ok(
    questions.every(({ choices }) => choices.length === 4 && choices.every((x) => x.length === choices[0]!.length)),
  );
  const few = corpus.arithmetic({ digits: 1, documents: 400, questions: 400 }).generate({ rng: rng(4) });
  assert.ok(few.questions.every(({ choices }) => choices.length === 4));
  for (const { context, group } of few.questions) {
    const [a, b] = context.split(/\D+/).map(Number) as [number, number];
    assert.equal(group, a + b >= 10 ? "carries-1" : "carries-0");
  }
  const said = corpus.arithmetic({ digits: 3, words: true }).generate({ rng: rng(4) }).documents;
  const same = corpus.arithmetic({ digits: 3 }).generate({ rng: rng(4) }).documents;
  const ones = "zero one two three four five six seven eight nine ten eleven twelve".split(" ");
  const at = same.findIndex((text) => /\d\d\d \+ \d\d\d = 1\d\d\d$/.test(text));
  const [first] = /\d/.exec(same[at]!)!;
  assert.match(said[at]!, new RegExp(`^${ones[Number(first)]} hundred .*plus .* hundred .*is one thousand`));
});

test("agreement: a pair differs in its verb, attractors are of the other number, and both forms are as frequent", () => {
  const { documents, questions } = corpus.agreement({ questions: 60, documents: 3000 }).generate({ rng: rng(5) });
  const known = new Set(questions.map(({ choices }) => choices[0]!));
  assert.ok(documents.every((text) => !known.has(text)));
  const plural = /\b(are|were|have been|seem|look)\b/;
  const nounsOf = (text: string): string[] => [...text.matchAll(/the (\w+)/gi)].map(([, noun]) => noun!);
  for (const { choices, group, gold } of questions) {
    const [subject, ...others] = nounsOf(choices[gold]!).map((noun) => noun.endsWith("s"));
    assert.equal(group, `attractors-${others.length}`);
    assert.ok(others.every((other) => other !== subject));
    assert.deepEqual(
      choices.map((text) => plural.test(text)),
      [subject, !subject],
    );
    assert.deepEqual(nounsOf(choices[0]!), nounsOf(choices[1]!));
  }
  assert.equal(questions.filter(({ choices }) => plural.test(choices[0]!)).length, 30);
  assert.ok(documents.every((text) => plural.test(text) === nounsOf(text)[0]!.endsWith("s")));
  // In documents a noun in between says nothing of the verb.
  const near = documents.filter((text) => nounsOf(text).length === 2);
  const alike = near.filter((text) => nounsOf(text)[1]!.endsWith("s") === plural.test(text)).length / near.length;
  assert.ok(Math.abs(alike - 0.5) < 0.06, `${alike} of the nearest nouns agree`);
});

test("repeats: the second copy is the first, and the answer is the word that came next in it", () => {
  const { documents, questions } = corpus.repeats({ length: 6 }).generate({ rng: rng(6) });
  for (const text of documents) {
    const words = text.split(" ");
    assert.deepEqual(words.slice(6), words.slice(0, 6));
    assert.equal(new Set(words).size, 6);
  }
  for (const { context, choices, gold } of questions) {
    const words = context.split(" ");
    assert.equal(choices[gold], words[words.length - 6]);
    assert.ok(choices.every((each) => words.slice(0, 6).includes(each)));
  }
});
