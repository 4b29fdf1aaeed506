/**
 * New rows as long as old ones. The mean of rows that point in different directions is shorter than they are, which a
 * layer that normalises its input hardly sees, and a layer norm of an early layer may. For reading only: a longer row in
 * the head has larger logits, so that a mean of old rows, stretched, can outrank them all.
 */
import type { NdArray } from "../types.js";

/** The mean or the median length of the rows of `ids`. */
export function lengthOf(table: NdArray, ids: ArrayLike<number>, statistic: "mean" | "median"): number {
  const sorted = rowLengths(table, ids).sort();
  if (statistic === "mean") return sorted.reduce((sum, length) => sum + length, 0) / sorted.length;
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}

export function rowLengths({ data, shape }: NdArray, ids: ArrayLike<number>): Float64Array {
  return Float64Array.from(ids, (id) => norm(data, id * shape[1]!, shape[1]!));
}

/** Scales each row of `rows`, [n, width], to `length`; returns how many have no direction, and were left. */
export function stretch(rows: Float32Array, width: number, length: number): number {
  let left = 0;
  for (let from = 0; from < rows.length; from += width) {
    const now = norm(rows, from, width);
    if (now < 1e-8) left++;
    else for (let at = from; at < from + width; at++) rows[at]! *= length / now;
  }
  return left;
}

function norm(data: Float32Array, from: number, width: number): number {
  let square = 0;
  for (let at = from; at < from + width; at++) square += data[at]! ** 2;
  return Math.sqrt(square);
}
