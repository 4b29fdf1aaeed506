/** What is known and how steadily: by hand, and what a model that knows nothing or always says one thing must score. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  adherence,
  confusion,
  consistency,
  forgettingFit,
  idsByLanguage,
  injection,
  rankConsistency,
  rankScores,
} from "../../src/measure/index.js";
import { rng } from "../../src/rng.js";

const near = (got: number, wanted: number, by = 1e-6): void =>
  assert.ok(Math.abs(got - wanted) < by, `${got} is not ${wanted}`);

test("ranks: P@1, P@10 and MRR; ties share, so a constant model is at chance", () => {
  const ranked = (rank: number) => ({
    scores: Array.from({ length: 20 }, (_, i) => -i),
    gold: rank - 1,
  });
  const found = rankScores([1, 3, 12, 2].map(ranked));
  assert.deepEqual([found.p1.value, found.p10.value], [0.25, 0.75]);
  near(found.mrr.value, 0.479167);
  const constant = rankScores([{ scores: Array<number>(20).fill(-3), gold: 7 }]);
  near(constant.p1.value, constant.chance);
  near(constant.p10.value, 0.5);
  const chance = rng(1);
  const random = rankScores(
    Array.from({ length: 400 }, () => ({ scores: Array.from({ length: 20 }, () => chance.uniform()), gold: 3 })),
  );
  assert.ok(Math.abs(random.p1.value - random.chance) < 3 * random.p1.error);
  assert.throws(() => rankScores([{ scores: [1, NaN], gold: 0 }]), /NaN/);
});

test("consistency: empty answers agree with nothing, and what a constant model gets is said", () => {
  const gold = ["a", "c", "d", "e"];
  const answers = [
    ["a", "b", "", "c"],
    ["a", "c", "", "c"],
    ["b", "c", "d", "c"],
  ];
  const found = consistency({ answers, gold });
  near(found.consistency.value, 0.416667);
  assert.equal(found.consistentAndCorrect.value, 0);
  assert.deepEqual(found.accuracies, [0.25, 0.5, 0.5]);
  assert.equal(found.constant, 0.25);
  const same = consistency({ answers: [gold, gold].map((own) => own.map(() => "c")), gold });
  assert.deepEqual(
    [same.consistency.value, same.accuracy.value, same.consistentAndCorrect.value],
    [1, same.constant, same.constant],
  );
  // Of two relations it says one thing each.
  const two = { answers, gold: ["a", "a", "b", "c"] };
  assert.deepEqual(
    [consistency(two).constant, consistency({ ...two, relations: ["x", "x", "y", "y"] }).constant],
    [0.5, 0.75],
  );
  assert.throws(() => consistency({ answers: [gold], gold }), /invalid answers: 1 paraphrases/);
});

test("RankC: known rankings, chance by N, symmetric, and ties at chance", () => {
  const of = (ranking: number[]): number[] => ranking.map((rank) => -rank);
  const pair = (other: number[]): number => rankConsistency({ a: [of([0, 1, 2, 3])], b: [of(other)] }).value;
  near(pair([0, 1, 2, 3]), 1);
  near(pair([1, 0, 2, 3]), 0.356086);
  near(pair([0, 1, 3, 2]), 0.970952);
  near(pair([3, 2, 1, 0]), 0.090155);
  const ten = Array.from({ length: 10 }, (_, i) => i);
  near(rankConsistency({ a: [of([0, 1, 2, 3])], b: [of([0, 1, 2, 3])] }).chance, 0.376837);
  near(rankConsistency({ a: [ten], b: [ten] }).chance, 0.158152);
  const flat = rankConsistency({ a: [ten.map(() => 1)], b: [ten] });
  near(flat.value, flat.chance);
  const draws = rng(2);
  const random = (): number[][] => Array.from({ length: 60 }, () => ten.map(() => draws.uniform()));
  const [a, b] = [random(), random()];
  for (const weights of ["softmax", "linear", "squared"] as const) {
    const there = rankConsistency({ a, b, weights });
    near(there.value, rankConsistency({ a: b, b: a, weights }).value);
    assert.ok(Math.abs(there.value - there.chance) < 3 * there.error, `${weights}: ${there.value} of ${there.chance}`);
  }
});

test("adherence: accuracies of .30 and .20 are .50 together, of which .6 are in the right language", () => {
  const own = [1, 1, 1, 0, 0, 0, 0, 0, 0, 0];
  const other = [0, 0, 0, 1, 1, 0, 0, 0, 0, 0];
  const found = adherence({ own, other });
  near(found.cumulative.value, 0.5);
  near(found.ratio.value, 0.6);
  assert.ok(found.ratio.error > 0);
  assert.ok(Number.isNaN(adherence({ own: [0], other: [0] }).ratio.value));
});

test("confusion: lines, words and both; what is too short is skipped and counted", () => {
  const right = "это длинная строка из разных слов";
  const responses = [`${right}\n${right}`, "this line is not in russian", `${right} with english`, right, "нет"];
  const isCyrillic = (line: string): string => (/[а-я]/.test(line) ? "ru" : "en");
  const given = { responses, language: "ru", languageOf: isCyrillic, isEnglish: (word: string) => word === "english" };
  const found = confusion(given);
  near(found.lines.value, 0.75);
  near(found.words!.value, 0.666667);
  near(found.both!.value, 0.705882);
  near(found.skipped.value, 0.2);
  near(found.accuracy.value, 0.75);
  assert.equal(confusion({ ...given, isEnglish: undefined } as never).words, null);
  const empty = confusion({ ...given, responses: ["", "нет"] });
  assert.deepEqual([Number.isNaN(empty.lines.value), empty.skipped.value], [true, 1]);
  // Words of scripts without blanks are counted too.
  const thai = confusion({ responses: ["ฉันชอบกินข้าวผัดกับไก่มาก"], language: "th", languageOf: () => "th" });
  assert.deepEqual([thai.skipped.value, thai.lines.value], [0, 1]);
});

test("ids of a language: written there nearly always, however long its text is", () => {
  const counts = {
    en: new Map([
      [1, 95],
      [2, 50],
      [3, 1],
      [5, 854],
    ]),
    ko: new Map([
      [1, 1],
      [2, 5],
      [4, 2],
      [6, 92],
    ]),
  };
  // Of 1,000 and 100: 1 is 9.5 % of the English and 1 % of the Korean, 2 is 5 % of both, and 3 hardly occurs.
  assert.deepEqual(idsByLanguage({ counts }), { ids: { en: [1, 5], ko: [4, 6] }, shared: [2] });
  assert.deepEqual(idsByLanguage({ counts, share: 0.95, least: 1 }).shared, [1, 2]);
  assert.throws(() => idsByLanguage({ counts, share: 0.5 }), /invalid share: 0.5 \(above 0.5, at most 1\)/);
});

test("injection: the best after a telling, what is left of it, and when nothing is", () => {
  const steps = [0, 1, 2, 3, 4, 5, 6];
  const one = [-5, -4.2, -3.9, -4.1, -4.3, -4.45, -4.55];
  const found = injection({ steps, logLikelihoods: [one], at: 0 });
  near(found.effectivity.value, 1.1);
  assert.equal(found.best, 2);
  near(found.retainability.at(-1)!.value, 0.409091);
  near(found.retainability[0]!.value, 1);
  // The best is looked for near the telling alone.
  assert.equal(injection({ steps, logLikelihoods: [one.map((x, i) => (i === 6 ? 0 : x))], at: 0, within: 3 }).best, 2);
  // A gain that probes do not agree on has no share.
  const unclear = injection({
    steps: [0, 1],
    logLikelihoods: [
      [-5, -4],
      [-5, -6.05],
      [-5, -4.9],
    ],
    at: 0,
  });
  assert.deepEqual([unclear.clear, unclear.retainability], [false, []]);
  const points = [1, 2, 4, 8, 16, 32, 64].map((after) => ({ after, value: 1 - 0.22 * Math.log10(after) }));
  const fit = forgettingFit([{ after: 0, value: 1 }, ...points]);
  near(fit.perDecade, -0.22);
  near(fit.gone, 35111.917342, 1e-3);
});
