/** How long the rows of a table are: what shows at a glance that new rows are not like old ones, or that padding was never touched. */
import { middle } from "./magnitude.js";

export interface Lengths {
  rows: number;
  least: number;
  median: number;
  mean: number;
  greatest: number;
}

/** Of the rows of `ids`, from the Euclidean lengths of all rows (`rowLengths`); undefined where there are none. */
export function lengths(all: Float64Array, ids: readonly number[]): Lengths | undefined {
  const rows = ids.length;
  if (rows === 0) return undefined;
  const sorted = Float64Array.from(ids, (id) => all[id]!).sort();
  const [mean, median] = [middle(sorted, "mean"), middle(sorted, "median")];
  return { rows, least: sorted[0]!, median, mean, greatest: sorted[rows - 1]! };
}
