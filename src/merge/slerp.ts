/**
 * The arc between two tensors seen as vectors (Shoemake 1985): with Ω the angle between them,
 *   sin((1 − t)Ω)/sin Ω · a + sin(tΩ)/sin Ω · b.
 * As merging tools have it, the angle is between directions but the tensors keep their own lengths, and the line stands in
 * where the arc is not defined or is the same thing: nearly parallel or opposite, or no length at all. A model and what
 * became of it after a little training are nearly parallel, so there this is mostly `linear`.
 */
import type { NdArray } from "../types.js";
import { linear } from "./linear.js";

/** Cosines beyond this count as parallel or opposite. */
const PARALLEL = 0.9995;
/** Lengths below this count as none. */
const NOTHING = 1e-8;

export function slerp(a: NdArray, b: NdArray, t: number): NdArray {
  const [lengthA, lengthB] = [Math.sqrt(dot(a, a)), Math.sqrt(dot(b, b))];
  const cosine = dot(a, b) / (lengthA * lengthB);
  if (!(Math.min(lengthA, lengthB) > NOTHING) || !(Math.abs(cosine) <= PARALLEL)) return linear(a, b, t);
  const angle = Math.acos(cosine);
  const [ofA, ofB] = [Math.sin((1 - t) * angle) / Math.sin(angle), Math.sin(t * angle) / Math.sin(angle)];
  return { shape: [...a.shape], data: a.data.map((value, i) => ofA * value + ofB * b.data[i]!) };
}

const dot = (a: NdArray, b: NdArray): number => a.data.reduce((sum, value, i) => sum + value * b.data[i]!, 0);
