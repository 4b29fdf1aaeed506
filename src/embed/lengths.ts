/** How long the rows of a table are: what shows at a glance that new rows are not like old ones, or that padding was never touched. */
import { lengthOf, rowLengths } from "./magnitude.js";
import type { NdArray } from "../types.js";

export interface Lengths {
  rows: number;
  least: number;
  median: number;
  mean: number;
  greatest: number;
}

/** Euclidean lengths of the rows of `ids`; undefined where there are none. */
export function lengths(table: NdArray, ids: ArrayLike<number>): Lengths | undefined {
  const rows = ids.length;
  if (rows === 0) return undefined;
  const sorted = rowLengths(table, ids).sort();
  const [mean, median] = [lengthOf(table, ids, "mean"), lengthOf(table, ids, "median")];
  return { rows, least: sorted[0]!, median, mean, greatest: sorted[rows - 1]! };
}
