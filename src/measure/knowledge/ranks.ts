/**
 * Where the right answer stands among candidates: P@1, P@10 and the mean reciprocal rank, as LAMA reports them (Petroni et al. 2019,
 * https://arxiv.org/abs/1909.01066). Candidates that score alike stand in any order, and an item gets the mean over all of them:
 * a model that is the same to all scores chance, where the first would win.
 */
import { type Estimate, meanOf } from "../standard-error.js";

export interface Ranked {
  /** Of every candidate, more is likelier. */
  scores: readonly number[];
  /** Index of the right one. */
  gold: number;
}

export interface RankScores {
  /** Share of items whose right answer is the first. */
  p1: Estimate;
  /** Among the first ten. */
  p10: Estimate;
  /** Mean of 1 / rank. */
  mrr: Estimate;
  /** P@1 of a model that knows nothing: the mean of 1 / candidates. */
  chance: number;
}

export function rankScores(items: readonly Ranked[]): RankScores {
  if (items.length === 0) throw new Error("rankScores: invalid items: none (one or more)");
  const places = items.map(placeOf);
  const among = (k: number): Estimate =>
    meanOf(places.map(({ above, tied }) => Math.min(1, Math.max(0, (k - above) / tied))));
  const reciprocal = ({ above, tied }: Place): number =>
    Array.from({ length: tied }, (_, i) => 1 / (above + 1 + i)).reduce((a, b) => a + b, 0) / tied;
  return {
    p1: among(1),
    p10: among(10),
    mrr: meanOf(places.map(reciprocal)),
    chance: meanOf(items.map(({ scores }) => 1 / scores.length)).value,
  };
}

interface Place {
  /** Candidates that score higher than the right one. */
  above: number;
  /** Those that score as it does, itself included. */
  tied: number;
}

function placeOf({ scores, gold }: Ranked): Place {
  const own = scores[gold];
  if (own === undefined) throw new Error(`rankScores: invalid gold: ${gold} (0 to ${scores.length - 1})`);
  if (scores.some(Number.isNaN)) throw new Error("rankScores: invalid scores: NaN among them");
  return { above: scores.filter((x) => x > own).length, tied: scores.filter((x) => x === own).length };
}
