/**
 * Whether a model ranks the same candidates alike when it is asked in two languages, right or wrong (RankC; Qi et al. 2023,
 * https://arxiv.org/abs/2310.10378): the overlap of the first j of both, j from 1, those at the top weighing most. With the usual weights
 * the first place alone has 0.64, so chance stands beside it. Candidates that score alike stand in any order: a model that is the same
 * to all is at chance.
 */
import { type Estimate, meanOf } from "../standard-error.js";

export interface RankConsistencyOptions {
  /** By question, the score of every candidate, more is likelier. */
  a: readonly (readonly number[])[];
  /** Of the same questions in the other language, candidates in the same order. */
  b: readonly (readonly number[])[];
  /** Of the first j of N candidates: e^(N−j), N−j+1 or its square, over their sum. Defaults to "softmax". */
  weights?: "softmax" | "linear" | "squared";
}

export interface RankConsistency extends Estimate {
  /** What two rankings by chance would have. */
  chance: number;
}

const weighings = {
  softmax: (j: number) => Math.exp(1 - j),
  linear: (j: number, n: number) => n - j + 1,
  squared: (j: number, n: number) => (n - j + 1) ** 2,
};

/** Its standard error is over questions. */
export function rankConsistency({ a, b, weights = "softmax" }: RankConsistencyOptions): RankConsistency {
  if (a.length !== b.length || a.length === 0)
    throw new Error(`rankConsistency: invalid b: ${b.length} questions (as many as a, ${a.length}, and one or more)`);
  const found = a.map((own, question) => {
    const other = b[question]!;
    const n = own.length;
    if (!(n >= 2 && other.length === n))
      throw new Error(
        `rankConsistency: invalid b: ${other.length} candidates of question ${question} (as in a, ${n}, from 2)`,
      );
    if ([...own, ...other].some(Number.isNaN))
      throw new Error(`rankConsistency: invalid scores: NaN in question ${question}`);
    const raw = own.map((_, i) => weighings[weights](i + 1, n));
    const sum = raw.reduce((x, y) => x + y, 0);
    const [inA, inB] = [firstOf(own), firstOf(other)];
    const over = (value: (j: number) => number): number =>
      raw.reduce((all, weight, i) => all + (weight / sum) * value(i + 1), 0);
    const overlap = (j: number): number => own.reduce((all, _, c) => all + inA(c, j) * inB(c, j), 0);
    return { value: over((j) => overlap(j) / j), chance: over((j) => j / n) };
  });
  return { ...meanOf(found.map(({ value }) => value)), chance: meanOf(found.map(({ chance }) => chance)).value };
}

/** How likely candidate `c` is among the first `j`: 1 or 0, or between them where others score alike. */
function firstOf(scores: readonly number[]): (c: number, j: number) => number {
  const places = scores.map((own) => ({
    above: scores.filter((x) => x > own).length,
    tied: scores.filter((x) => x === own).length,
  }));
  return (c, j) => Math.min(1, Math.max(0, (j - places[c]!.above) / places[c]!.tied));
}
