/**
 * New rows as long as old ones. The mean of rows that point in different directions is shorter than they are, which a
 * layer that normalises its input hardly sees, and a layer norm of an early layer may. For reading only: a longer row in
 * the head has larger logits, so that a mean of old rows, stretched, can outrank them all.
 */
import type { Table } from "./table.js";

/** The mean or the median length of the rows of `ids`. */
export const lengthOf = (table: Table, ids: ArrayLike<number>, statistic: "mean" | "median"): number =>
  middle(rowLengths(table, ids).sort(), statistic);

/** Of lengths in ascending order. */
export function middle(sorted: Float64Array, statistic: "mean" | "median"): number {
  if (statistic === "mean") return sorted.reduce((sum, length) => sum + length, 0) / sorted.length;
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}

export function rowLengths({ row, shape }: Table, ids: ArrayLike<number>): Float64Array {
  return Float64Array.from(ids, (id) => norm(row(id), 0, shape[1]!));
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
