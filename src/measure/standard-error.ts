/**
 * How sure a score over items is: standard errors of a mean, of a ratio of sums (bits per byte of documents of many lengths, by the
 * delta method), and of what one model scores above another on the same items. Of one item there is none (NaN).
 */
export interface Estimate {
  value: number;
  /** Standard error. */
  error: number;
}

export function meanOf(values: readonly number[]): Estimate {
  const value = sumOf(values) / values.length;
  return { value, error: Math.sqrt(spread(values.map((x) => x - value))) };
}

/** Σ over / Σ under. */
export function ratioOf(over: readonly number[], under: readonly number[]): Estimate {
  if (over.length !== under.length)
    throw new Error(`ratioOf: invalid values: ${over.length} over ${under.length} (as many of each)`);
  const value = sumOf(over) / sumOf(under);
  const mean = sumOf(under) / under.length;
  return { value, error: Math.sqrt(spread(over.map((x, i) => x - value * under[i]!))) / mean };
}

/** Mean of `values` − `against`, item by item: what both find hard does not count. Over seeds, `pairedDifference`. */
export function differenceOf(values: readonly number[], against: readonly number[]): Estimate {
  if (values.length !== against.length)
    throw new Error(`differenceOf: invalid values: ${values.length} against ${against.length} (of the same items)`);
  return meanOf(values.map((value, i) => value - against[i]!));
}

/** Variance of a mean, from residuals that sum to 0. */
const spread = (residuals: readonly number[]): number =>
  residuals.reduce((sum, x) => sum + x * x, 0) / (residuals.length * (residuals.length - 1));

const sumOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
