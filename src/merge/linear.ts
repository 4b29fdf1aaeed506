/** The straight line between two tensors: (1 − t) a + t b, in double precision. */
import type { NdArray } from "../types.js";

export function linear(a: NdArray, b: NdArray, t: number): NdArray {
  return { shape: [...a.shape], data: a.data.map((value, i) => (1 - t) * value + t * b.data[i]!) };
}
