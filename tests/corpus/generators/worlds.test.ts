/** Generators that tell of invented worlds: what is asked follows from what is told, and what differs between arms is what they say. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as corpus from "../../../src/corpus/index.js";
import { rng } from "../../../src/rng.js";

const name = "[A-Z][a-z]+";
const ways = [
  new RegExp(`The (?<r>\\w+) of (?<s>${name}) is (?<o>${name})\\.`, "g"),
  new RegExp(`(?<s>${name}) has (?<o>${name}) as a (?<r>\\w+)\\.`, "g"),
  new RegExp(`(?<o>${name}) is the (?<r>\\w+) of (?<s>${name})\\.`, "g"),
  new RegExp(`Asked for a (?<r>\\w+), (?<s>${name}) names (?<o>${name})\\.`, "g"),
  new RegExp(`As a (?<r>\\w+), (?<o>${name}) is known to (?<s>${name})\\.`, "g"),
];

/** "mentor of Somebody" → who it is, as the text says. */
function read(text: string): Map<string, string> {
  const facts = ways.flatMap((way) =>
    [...text.matchAll(way)].map(({ groups }) => groups as Record<"s" | "r" | "o", string>),
  );
  return new Map(facts.map(({ s, r, o }) => [`${r} of ${s}`, o]));
}

const texts = (arm: corpus.GraphArm, characters = 60_000): string[] =>
  corpus.graph({ entities: 24, relations: 2, arm, characters }).generate({ rng: rng(7) }).documents;

test("graph: every answer, also by two steps, follows from the documents, which agree in all arms and fill one budget", () => {
  const known = read(texts("source").join(" "));
  assert.equal(known.size, 48);
  for (const arm of ["source", "paraphrase", "pairs", "pairs+triples", "wrong-pairs"] as const) {
    const documents = texts(arm);
    const characters = documents.reduce((sum, text) => sum + text.length, 0);
    assert.ok(characters >= 60_000 && characters - documents.at(-1)!.length < 60_000, arm);
    for (const [fact, who] of read(documents.join(" "))) assert.equal(known.get(fact), who, arm);
    // What nothing ties together may leave somebody out.
    if (arm !== "wrong-pairs") assert.equal(read(documents.join(" ")).size, 48, arm);
  }
  const { questions, truth } = corpus.graph({ entities: 24, relations: 2 }).generate({ rng: rng(7) });
  assert.deepEqual(
    questions.slice(0, 3).map(({ group }) => group),
    ["fact", "two-hop", "reversed"],
  );
  for (const { context, choices, gold, group } of questions) {
    const right = choices[gold]!;
    const [, first, second, s] = /^The (\w+) of (?:the (\w+) of )?(\w+) is$/.exec(context) ?? [];
    if (group === "fact") assert.equal(known.get(`${first!} of ${s!}`), right);
    else if (group === "two-hop") {
      const between = known.get(`${second!} of ${s!}`)!;
      assert.equal(known.get(`${first!} of ${between}`), right);
      // Who takes one step alone finds what it leads to among the choices, and is wrong unless it leads there too.
      assert.ok(choices.includes(between) && choices.includes(known.get(`${first!} of ${s!}`)!));
    } else {
      const [, r, o] = /^The one whose (\w+) is (\w+) is$/.exec(context)!;
      assert.equal(known.get(`${r!} of ${right}`), o);
    }
  }
  // Orders that leave nothing in its place: 9 of 4, and of n by those of fewer.
  const apart = [1, 0];
  for (let n = 2; n <= 24; n++) apart.push((n - 1) * (apart[n - 1]! + apart[n - 2]!));
  const small = corpus.graph({ entities: 4, relations: 3 }).generate({ rng: rng(1) }).truth!;
  assert.equal(apart[4], 9);
  assert.ok(Math.abs(small.bits! - 3 * Math.log2(9)) < 1e-9);
  assert.ok(Math.abs(truth!.bits! - 2 * Math.log2(apart[24]!)) < 1e-9);
});

test("graph: a pair's text has both entities' facts and those that tie them to a third; a wrong pair's has nothing of both", () => {
  const known = read(texts("source").join(" "));
  const tied = (a: string, b: string): boolean =>
    [...known].some(([fact, o]) => (fact.endsWith(` ${a}`) && o === b) || (fact.endsWith(` ${b}`) && o === a));
  const everyone = [...new Set(known.values())];
  for (const arm of ["pairs", "wrong-pairs"] as const)
    for (const text of texts(arm, 20_000)) {
      const facts = read(text);
      const about = everyone.filter((s) => ["mentor", "rival"].every((r) => facts.has(`${r} of ${s}`)));
      const shared = everyone.filter((c) => about.length === 2 && about.every((a) => tied(a, c)));
      if (arm === "pairs") for (const c of shared) assert.ok(text.includes(c), text);
      else
        assert.ok(about.length === 2 && shared.length === 0 && !tied(about[0]!, about[1]!) && facts.size === 4, text);
    }
  assert.throws(
    () => corpus.graph({ entities: 4, relations: 8, arm: "wrong-pairs" }).generate({ rng: rng(1) }),
    /^Error: graph: invalid arm: wrong-pairs \(all entities are tied to each other; more entities, or fewer relations\)$/,
  );
});

test("instructions: answers are right; grounded ones are in the text before them, those of the control in another's", () => {
  const options = { entities: 40, relations: 4, characters: 60_000 };
  const of = (more: corpus.InstructionsOptions): corpus.Generated =>
    corpus.instructions({ ...options, ...more }).generate({ rng: rng(8) });
  const known = read(of({ arm: "none" }).documents.join(" "));
  assert.equal(known.size, 160);
  const asked = (text: string): string[][] =>
    [...text.matchAll(/^Question: Who is the (\w+) of (\w+)\? Answer: (\w+)\.$/gm)].map(([, r, s, o]) => [
      `${r!} of ${s!}`,
      o!,
      s!,
    ]);
  for (const arm of ["grounded", "shuffled"] as const) {
    const { documents, questions } = of({ arm });
    const all = documents.flatMap(asked);
    assert.ok(all.length > 100);
    for (const text of documents) {
      const facts = read(text);
      assert.ok([0, 2].includes(asked(text).length));
      for (const [fact, who] of asked(text)) {
        assert.equal(known.get(fact!), who);
        assert.equal(facts.has(fact!), arm === "grounded");
      }
    }
    const taught = new Set(all.map(([, , s]) => s));
    assert.ok(taught.size === 20);
    for (const { context, choices, gold, group } of questions) {
      const [, r, s] = /^Question: Who is the (\w+) of (\w+)\? Answer:$/.exec(context)!;
      assert.equal(known.get(`${r!} of ${s!}`), choices[gold]);
      assert.equal(taught.has(s!), group === "taught");
    }
  }
  const shots = of({ together: 3 }).documents[0]!;
  assert.equal(shots.split("\n\n").length, 3);
});

test("word problems: the program gives the answer, following the sentences gives it too, on as many steps as the group says", () => {
  const options = { steps: 4, distractors: 3, shuffled: true, worked: true, questions: 80, documents: 80 };
  const { documents, questions } = corpus.wordProblems(options).generate({ rng: rng(9) });
  const solved = (text: string, who: string): { value: number; steps: number } => {
    const [, said] = new RegExp(`\\b${who} has ([^.]*)\\.`).exec(text)!;
    const start = /^(\d+) \w+$/.exec(said!);
    if (start) return { value: Number(start[1]), steps: 0 };
    const [, how, from] = /^(.*) (?:than|as) (\w+)$/.exec(said!)!;
    const { value, steps } = solved(text, from!);
    const [, by, kind] = /^(?:(\d+) )?(more|fewer|twice|three times)/.exec(how!)!;
    const next = { more: value + Number(by), fewer: value - Number(by), twice: 2 * value, "three times": 3 * value }[
      kind!
    ]!;
    return { value: next, steps: steps + 1 };
  };
  const check = (text: string): { value: number; steps: number } => solved(text, /does (\w+) have\?/.exec(text)![1]!);
  for (const { context, choices, gold, group, program, answer, steps } of questions) {
    const { value, steps: found } = check(context);
    assert.deepEqual([String(value), `steps-${found}`, answer, steps], [choices[gold], group, value, found]);
    assert.equal((context.match(/ has /g) ?? []).length, steps + 1 + 3);
    const worth = [...program.matchAll(/\(+(\d+)|([+*-]) (\d+)/g)].reduce((sum, [, start, sign, by]) => {
      if (start) return Number(start);
      return sign === "+" ? sum + Number(by) : sign === "-" ? sum - Number(by) : sum * Number(by);
    }, 0);
    assert.equal(worth, answer, program);
    assert.ok(choices.every((each) => each.length === choices[gold]!.length));
  }
  for (const text of documents) {
    const { value, steps } = check(text);
    assert.match(text, new RegExp(` = ${value}\\. The answer is ${value}$`));
    assert.equal((text.match(/ = /g) ?? []).length, steps);
  }
  const plain = corpus.wordProblems({ steps: 2, distractors: 2 }).generate({ rng: rng(9) }).documents;
  for (const text of plain) {
    const seen = new Set<string>();
    for (const [, who, from] of text.matchAll(/(\w+) has [^.]*?(?:(?:than|as) (\w+))?\./g)) {
      assert.ok(from === undefined || seen.has(from), text);
      seen.add(who!);
    }
  }
});

test("bits of knowledge are log2 of the worlds that there could be", () => {
  const three = corpus.facts({ subjects: 3, relations: 2, asked: 2 }).generate({ rng: rng(1) }).truth;
  assert.ok(Math.abs(three!.bits! - 2 * Math.log2(10 * 9 * 8)) < 1e-9);
  const { bits } = corpus.biographies({ people: 500 }).generate({ rng: rng(1) }).truth!;
  // A little less than N log2 of the sizes, as no value is left out.
  const most = 4 * 500 * Math.log2(50);
  assert.ok(bits! < most && bits! > 0.94 * most, `${bits} of ${most}`);
});
