/**
 * Each entry of a new row is drawn from the normal distribution that has the mean and standard deviation of that dimension
 * in the old rows: the usual random baseline. The deviation is over n, or n - `ddof`. Dimensions are drawn independently; this is not a
 * draw from the full covariance.
 */
import type { Growing } from "./types.js";

export function gaussian({ table, oldIds, mean, rng }: Growing, rows: Float32Array, ddof = 0): void {
  const width = mean.length;
  const deviation = new Float64Array(width);
  for (const id of oldIds) {
    const row = table.row(id);
    for (let j = 0; j < width; j++) deviation[j]! += (row[j]! - mean[j]!) ** 2;
  }
  for (let j = 0; j < width; j++) deviation[j] = Math.sqrt(deviation[j]! / (oldIds.length - ddof));
  const random = rng();
  for (let at = 0; at < rows.length; at++) rows[at] = mean[at % width]! + deviation[at % width]! * random.normal();
}
