/**
 * Huber's penalty of residuals: half the square up to the bend, a straight line beyond it. Its sum over rows, and per row its
 * slope and its weight.
 */

/** The rows that are seen. */
interface Seen {
  residuals: Float64Array;
  /** How often each row counts; left out: once. */
  weights?: Float64Array;
  /** How many of the columns' numbers are rows. */
  rows: number;
  bend: number;
}

export function penalties({ residuals, weights, rows, bend }: Seen): number {
  let sum = 0;
  for (let i = 0; i < rows; i++) {
    const size = Math.abs(residuals[i]!);
    const penalty = size <= bend ? 0.5 * size * size : bend * (size - 0.5 * bend);
    sum += weights ? weights[i]! * penalty : penalty;
  }
  return sum < Infinity ? sum : Infinity;
}

/** Per row the penalty's slope; and which rows are inside the bend: how many. */
export function pulls({ residuals, weights, rows, bend }: Seen, pull: Float64Array, inside: Int32Array): number {
  let count = 0;
  for (let i = 0; i < rows; i++) {
    const residual = residuals[i]!;
    const slope = Math.abs(residual) <= bend ? residual : residual > 0 ? bend : -bend;
    pull[i] = weights ? weights[i]! * slope : slope;
    if (slope === residual) inside[count++] = i;
  }
  return count;
}

/** Per row the penalty's slope over the residual: its weight in the Gauss–Newton matrix. */
export function ratios({ residuals, weights, rows, bend }: Seen, into: Float64Array): void {
  for (let i = 0; i < rows; i++) {
    const size = Math.abs(residuals[i]!);
    const ratio = size <= bend ? 1 : bend / size;
    into[i] = weights ? weights[i]! * ratio : ratio;
  }
}
