/**
 * What is left of each domain as training goes from one to the next: the matrix of scores R[i][j], of domain j after stage i, and
 * the usual numbers from it. T stages, stage i of its own domain i, b the scores before any. More is better throughout: of a
 * loss the score is its negative (`scoresOf`), so that a negative backward transfer is forgetting.
 */
import type { Evaluation } from "../types.js";
import { evaluation } from "./change.js";

/** Scores by domain, more is better. */
export type StageScores = Readonly<Record<string, number>>;

export interface ScoresOfOptions {
  /** Of one run, all domains; of a stage those of its end. */
  evaluations: readonly Evaluation[];
  /** Defaults to the last evaluated. */
  step?: number;
  /** Defaults to "bitsPerByte". */
  unit?: "nats" | "bitsPerByte";
}

/** Losses as scores: each domain's, negative. */
export function scoresOf({ evaluations, step, unit = "bitsPerByte" }: ScoresOfOptions): StageScores {
  const domains = [...new Set(evaluations.map(({ domain }) => domain))];
  return Object.fromEntries(
    domains.map((domain) => {
      const row = evaluation({ evaluations, domain, ...(step !== undefined && { step }) });
      return [domain, -(unit === "nats" ? row.loss : row.bitsPerByte)];
    }),
  );
}

export interface TransferOptions {
  /** The domain that each stage is trained on, in order. */
  stages: readonly string[];
  /** Of every domain after each stage. */
  scores: readonly StageScores[];
  /** Before the first; needed for forward transfer. */
  before?: StageScores;
  /** Of a model trained on all at once, or each domain's own; needed for intransigence. */
  joint?: StageScores;
}

export interface Transfer {
  /** ACC, mean over j of R[T][j]. */
  accuracy: number;
  /** LA, mean over j of R[j][j]: each domain when it was just learned. */
  learning: number;
  /** BWT, mean over j < T of R[T][j] − R[j][j]; null of one stage. The mean is over T − 1, as the paper has it and its code not. */
  backward: number | null;
  /** FWT, mean over j > 1 of R[j−1][j] − b[j]; null without `before`. */
  forward: number | null;
  /** Mean over j < T of max over l < T of R[l][j] − R[T][j], which counts from the best and not from the domain's own stage; null of one stage. */
  forgetting: number | null;
  /** Mean over j of R*[j] − R[j][j]; null without `joint`. */
  intransigence: number | null;
  /** R as a table. */
  rows: { stage: string; domain: string; score: number }[];
}

/**
 * ACC, BWT, FWT: Lopez-Paz & Ranzato 2017 (https://arxiv.org/abs/1706.08840); forgetting and intransigence: Chaudhry et al. 2018
 * (https://arxiv.org/abs/1801.10112); learning accuracy: Riemer et al. 2019 (https://arxiv.org/abs/1810.11910).
 */
export function transfer({ stages, scores, before, joint }: TransferOptions): Transfer {
  const last = stages.length - 1;
  if (!(stages.length > 0 && stages.length === scores.length))
    throw new Error(`transfer: invalid scores: of ${scores.length} stages (there are ${stages.length}, one at least)`);
  if (new Set(stages).size < stages.length)
    throw new Error(`transfer: invalid stages: ${stages.join(", ")} (each of a domain of its own)`);
  const at = (what: string, row: StageScores, j: number): number => {
    const score = row[stages[j]!];
    if (score === undefined || Number.isNaN(score))
      throw new Error(
        `transfer: invalid scores: ${what} has ${score ?? "none"} of ${stages[j]} (a number is expected)`,
      );
    return score;
  };
  const R = (i: number, j: number): number => at(`stage ${i + 1}`, scores[i]!, j);
  const all = stages.map((_, j) => j);
  const [old, later] = [all.slice(0, -1), all.slice(1)];
  const best = (j: number): number => Math.max(...all.slice(0, -1).map((l) => R(l, j)));
  return {
    accuracy: meanOf(all, (j) => R(last, j))!,
    learning: meanOf(all, (j) => R(j, j))!,
    backward: meanOf(old, (j) => R(last, j) - R(j, j)),
    forward: before ? meanOf(later, (j) => R(j - 1, j) - at("before", before, j)) : null,
    forgetting: meanOf(old, (j) => best(j) - R(last, j)),
    intransigence: joint ? meanOf(all, (j) => at("joint", joint, j) - R(j, j)) : null,
    rows: stages.flatMap((stage, i) => stages.map((domain, j) => ({ stage, domain, score: R(i, j) }))),
  };
}

const meanOf = (of: readonly number[], value: (j: number) => number): number | null =>
  of.length === 0 ? null : of.reduce((sum, j) => sum + value(j), 0) / of.length;
