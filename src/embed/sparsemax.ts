/**
 * Scores become the nearest point of the simplex: weights that are not negative and add to one, most of them zero
 * (sparsemax, Martins & Astudillo 2016, https://arxiv.org/abs/1602.02068). The threshold is found without sorting
 * (Condat 2016, https://doi.org/10.1007/s10107-015-0946-6): one pass keeps those that may be above it, a few short ones
 * drop those that are not.
 */

/** Weights of the entries at `at`, ascending; every other entry has none. */
export interface Sparse {
  at: Int32Array;
  weights: Float64Array;
}

export function sparsemax(scores: ArrayLike<number>): Sparse {
  const count = scores.length;
  if (count === 0) throw new Error("sparsemax: invalid scores: none");
  const threshold = thresholdOf(scores);
  const at: number[] = [];
  for (let i = 0; i < count; i++) if (scores[i]! > threshold) at.push(i);
  return { at: Int32Array.from(at), weights: Float64Array.from(at, (i) => scores[i]! - threshold) };
}

/** The τ for which the parts of the scores above it add to one. */
function thresholdOf(scores: ArrayLike<number>): number {
  let kept: number[] = [scores[0]!];
  const aside: number[] = [];
  let bound = scores[0]! - 1; // never above τ
  for (let i = 1; i < scores.length; i++) {
    const score = scores[i]!;
    if (!(score > bound)) continue;
    bound += (score - bound) / (kept.length + 1);
    if (bound > score - 1) kept.push(score);
    else {
      // This one alone gives a better bound than all that came before; they may still count.
      for (const other of kept) aside.push(other);
      kept = [score];
      bound = score - 1;
    }
  }
  for (const score of aside)
    if (score > bound) {
      kept.push(score);
      bound += (score - bound) / kept.length;
    }
  for (;;) {
    const sum = kept.reduce((total, score) => total + score, 0);
    bound = (sum - 1) / kept.length;
    const above = kept.filter((score) => score > bound);
    if (above.length === kept.length) return bound;
    kept = above;
  }
}
