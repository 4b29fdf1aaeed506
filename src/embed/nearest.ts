/**
 * The few highest of many scores, and weights from them. Of equal scores the first wins, so that a result does not depend
 * on how a sort treats ties.
 */
import type { Sparse } from "./sparsemax.js";

/** Places of the `k` highest scores, highest first. */
export function nearest(scores: ArrayLike<number>, k: number): Int32Array {
  const best = new Int32Array(Math.min(k, scores.length));
  const values = new Float64Array(best.length);
  let found = 0;
  let lowest = -Infinity;
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i]!;
    if (found === best.length && !(score > lowest)) continue;
    let place = found < best.length ? found++ : found - 1;
    for (; place > 0 && values[place - 1]! < score; place--) {
      values[place] = values[place - 1]!;
      best[place] = best[place - 1]!;
    }
    values[place] = score;
    best[place] = i;
    lowest = values[found - 1]!;
  }
  return best;
}

/** Softmax over the `k` highest scores at a temperature; the others get nothing. */
export function softmaxOfNearest(scores: ArrayLike<number>, k: number, temperature: number): Sparse {
  const at = nearest(scores, k);
  const top = scores[at[0]!]!;
  const powers = Float64Array.from(at, (i) => Math.exp((scores[i]! - top) / temperature));
  const sum = powers.reduce((total, power) => total + power, 0);
  return { at, weights: powers.map((power) => power / sum) };
}

/** Equal weights for the `k` highest scores. */
export function meanOfNearest(scores: ArrayLike<number>, k: number): Sparse {
  const at = nearest(scores, k);
  return { at, weights: new Float64Array(at.length).fill(1 / at.length) };
}
