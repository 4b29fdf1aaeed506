/**
 * Documents count more in the loss the better a row of `corpus.scores` finds them, and all are read: a filter's soft form. What a
 * document's marks say is multiplied.
 */
import { type Json, made, write } from "../../registry.js";
import { readyOf, type Score } from "../scores/types.js";
import { scoresSeen } from "./scores-seen.js";
import { noPast, type Step } from "./types.js";

export interface WeightOptions {
  by: Score;
  /** Weights of the worst document and of the best, from 0; defaults to [0.5, 1.5]. Documents without a score weigh as the worst. */
  to?: readonly [number, number];
  /** Between them by a document's place among all others, or by its score itself; defaults to "place", which no outlier bends. */
  scale?: "place" | "score";
  /** Divides by the mean over all bytes, so that the loss is of the size that it had; defaults to true. */
  normalise?: boolean;
}

export function weight({ by, to = [0.5, 1.5], scale = "place", normalise = true }: WeightOptions): Step {
  if (!to.every((end) => end >= 0 && end < Infinity) || Math.max(...to) === 0)
    throw new Error(`weight: invalid to: ${to.join(", ")} (two numbers from 0, not both 0)`);
  return made(
    {
      name: "weight",
      options: { by: write(by) as Json, to, scale, normalise },
      alone: false,
      ready: () => readyOf(by),
      open(past = noPast) {
        const { seen, see, all } = scoresSeen("weight", by, past.log);
        let weights: number[] | undefined;
        let { judged } = past;
        return {
          said: "said" in by ? by.said : undefined,
          seen,
          see,
          judge(document) {
            weights ??= weightsOf(all());
            const weight = weights[judged++]!;
            const marks = document.marks ?? [{ from: 0, to: document.text.length, weight: 1 }];
            return { ...document, marks: marks.map((mark) => ({ ...mark, weight: mark.weight * weight })) };
          },
        };
      },
    },
    by,
  );

  function weightsOf({ scores, bytes }: { scores: readonly number[]; bytes: readonly number[] }): number[] {
    const good = scores.map((score) => (by.easy === "high" ? score : -score));
    const places = scale === "place" ? placesOf(good) : betweenEnds(good);
    const weights = places.map((place) => to[0] + (to[1] - to[0]) * place);
    if (!normalise) return weights;
    const [sum, count] = [
      weights.reduce((sum, each, i) => sum + each * bytes[i]!, 0),
      bytes.reduce((a, b) => a + b, 0),
    ];
    if (sum === 0) throw new Error("weight: invalid to: every document weighs 0");
    return weights.map((each) => (each * count) / sum);
  }
}

/** Each in [0, 1] by its place; equals share the middle of theirs. */
function placesOf(values: readonly number[]): number[] {
  const known = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const [first, last] = [new Map<number, number>(), new Map<number, number>()];
  for (const [i, value] of known.entries()) {
    if (!first.has(value)) first.set(value, i);
    last.set(value, i);
  }
  const most = Math.max(1, known.length - 1);
  return values.map((value) => (Number.isNaN(value) ? 0 : (first.get(value)! + last.get(value)!) / 2 / most));
}

/** Each in [0, 1] between the least and the greatest that are finite. */
function betweenEnds(values: readonly number[]): number[] {
  const finite = values.filter(Number.isFinite);
  const [least, most] = [
    finite.reduce((a, b) => Math.min(a, b), Infinity),
    finite.reduce((a, b) => Math.max(a, b), -Infinity),
  ];
  return values.map((value) =>
    Number.isNaN(value) ? 0 : most > least ? Math.min(1, Math.max(0, (value - least) / (most - least))) : 0.5,
  );
}
