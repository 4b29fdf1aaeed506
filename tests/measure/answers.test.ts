/** Items to scores: windows, where an answer starts, metrics of choices, standard errors. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  answerTokens,
  choiceScores,
  differenceOf,
  meanOf,
  ratioOf,
  rollingWindows,
  type Scored,
} from "../../src/measure/index.js";

const near = (a: number, b: number, within = 1e-6): void => assert.ok(Math.abs(a - b) <= within, `${a} is not ${b}`);
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const P = -1;
const said = (windows: Scored[]): string[] =>
  windows.map(({ context, scored }) => `${context.map((id) => (id === P ? "P" : id)).join(" ")}|${scored.join("")}`);

test("windows score each token once, and the last is full too", () => {
  const windows = (context: number, n = 10, length = 4): Scored[] =>
    rollingWindows({ tokens: range(n), length, context, prefix: P });
  assert.deepEqual(said(windows(1)), ["P|0123", "3|4567", "5 6 7|89"]);
  assert.deepEqual(said(windows(2)), ["P|0123", "2 3|456", "5 6|789"]);
  assert.deepEqual(said(windows(4)).slice(1, 3), ["0 1 2 3|4", "1 2 3 4|5"]);
  assert.deepEqual(said(windows(1, 5)), ["P|0123", "0 1 2 3|4"]);
  assert.deepEqual([said(windows(1, 4)), windows(1, 0)], [["P|0123"], []]);
  for (const length of range(6).slice(1))
    for (const context of range(length + 1).slice(1))
      for (const n of range(14)) {
        const all = windows(context, n, length);
        assert.deepEqual(
          all.flatMap(({ scored }) => scored),
          range(n),
        );
        for (const [i, each] of all.entries()) {
          assert.ok(i === 0 || each.context.length >= context);
          assert.ok(i === 0 ? each.scored.length <= length : each.context.length + each.scored.length === length + 1);
        }
      }
  assert.throws(() => windows(5), /^Error: rollingWindows: invalid context: 5 \(1 to 4, the length\)$/);
});

/** Longest match first. */
const pieces = ["A", ":", " yes", "yes", "\n", " ", "x", "==", "=", "1"];
const tokenizer = {
  encode(text: string): Promise<number[]> {
    const ids: number[] = [];
    for (let at = 0; at < text.length;) {
      const fits = pieces.filter((piece) => text.startsWith(piece, at)).sort((a, b) => b.length - a.length);
      ids.push(pieces.indexOf(fits[0]!));
      at += fits[0]!.length;
    }
    return Promise.resolve(ids);
  },
  decode: (ids: ArrayLike<number>): string => Array.from(ids, (id) => pieces[id]!).join(""),
};

test("an answer starts with its blank, and a token across the border is told", async () => {
  const of = async (context: string, continuation: string): Promise<string[]> => {
    const found = await answerTokens({ context, continuation, tokenizer, prefix: 0 });
    return [tokenizer.decode(found.context), tokenizer.decode(found.scored), ...(found.merged ? ["merged"] : [])];
  };
  assert.deepEqual(await of("A:", " yes"), ["A:", " yes"]);
  assert.deepEqual(await of("A: ", "yes"), ["A:", " yes"]);
  assert.deepEqual(await of("A:\n", "yes"), ["A:", "\nyes"]);
  assert.deepEqual(await of("x=", "=1"), ["x=", "=1", "merged"]);
  assert.deepEqual(await of("x=", "="), ["x=", "=", "merged"]);
  // Without a context the prefix stands before the answer, once.
  assert.deepEqual(await of("", " yes"), ["A", " yes"]);
  assert.deepEqual(await of("", "A:"), ["A", ":"]);
});

const choices = ["yes", "no, it is not", "été été", "sure", "maybe so"];
const logLikelihoods = [-6, -13, -8.1, -7, -7.6];
const unconditional = [-6.5, -14, -8.3, -10.5, -8];

test("choices are taken by likelihood, per character, per byte and by mutual information", () => {
  const { scores, taken, tied } = choiceScores({ choices, logLikelihoods, unconditional, gold: 0 });
  assert.deepEqual(taken, { acc: 0, acc_norm: 4, acc_bytes: 2, acc_mutual_info: 3 });
  assert.deepEqual([scores.acc, scores.acc_norm, scores.acc_bytes, scores.acc_mutual_info, tied], [1, 0, 0, 0, 1]);
  near(scores.bits_per_byte!, 2.164043);
  near(scores.brier_score!, 0.234253);
  near(choiceScores({ choices, logLikelihoods, gold: 0, delimiter: "" }).scores.bits_per_byte!, 2.88539);
  near(choiceScores({ choices, logLikelihoods, gold: 4 }).scores.brier_score!, 1.177001);
  const shifted = choiceScores({ choices, logLikelihoods: logLikelihoods.map((x) => x - 3), gold: 0 });
  assert.equal(shifted.taken.acc, 0);
  near(shifted.scores.brier_score!, 0.234253);
});

test("a tie is a part of a point to each, and no number is an error", () => {
  const of = (logLikelihoods: number[]): ReturnType<typeof choiceScores> =>
    choiceScores({ choices: ["a", "b", "c"].slice(0, logLikelihoods.length), logLikelihoods, gold: 0 });
  assert.deepEqual([of([-2, -2, -3]).scores.acc, of([-2, -2, -3]).tied], [0.5, 2]);
  // Good −5 −4 −7 against bad −6 −4 −6.5.
  const pairs = [of([-5, -6]), of([-4, -4]), of([-7, -6.5])];
  assert.equal(meanOf(pairs.map(({ scores }) => scores.acc!)).value, 0.5);
  near(
    choiceScores({ choices: ["a", "b", "c", "d"], logLikelihoods: [-1, -1, -1, -1], gold: 2 }).scores.brier_score!,
    0.75,
  );
  assert.throws(() => of([-2, NaN]), /^Error: choiceScores: invalid logLikelihoods: -2, NaN \(a number for each/);
  assert.throws(() => choiceScores({ choices: ["a", ""], logLikelihoods: [-1, -1], gold: 0 }), /number 1 is empty/);
});

test("standard errors of a mean, a ratio and a difference on the same items", () => {
  const [a, b] = [
    [1, 0, 1, 1, 0, 1, 0, 1],
    [1, 1, 1, 1, 0, 1, 1, 1],
  ];
  const mean = meanOf(a!);
  near(mean.value, 0.625);
  near(mean.error, 0.182981);
  const difference = differenceOf(b!, a!);
  near(difference.value, 0.25);
  near(difference.error, 0.163663);
  assert.deepEqual(differenceOf(a!, a!), { value: 0, error: 0 });
  const { value, error } = ratioOf([120, 30, 300], [100, 40, 220]);
  near(value / Math.LN2, 1.803369);
  near(error / Math.LN2, 0.159042);
  near(Math.exp(value), 3.490343);
  near(Math.exp(ratioOf([120, 30, 300], [20, 7, 41]).value), 748.182595, 1e-4);
});
