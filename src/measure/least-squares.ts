/** Ordinary least squares: coefficients, and their covariance by the residuals or by clusters. Not which columns: `regress`. */

export interface LeastSquares {
  coefficients: number[];
  residuals: number[];
  /** (ZᵀZ)⁻¹, [columns, columns]. */
  inverse: number[][];
}

/** Undefined where a column is a sum of those before it; `columns` are [rows] each. */
export function leastSquares(columns: readonly number[][], y: readonly number[]): LeastSquares | { dependent: number } {
  // Columns of length 1, so that what is left of one says whether it is a sum of others.
  const lengths = columns.map((column) => Math.sqrt(dot(column, column)));
  const unit = columns.map((column, j) => column.map((value) => value / (lengths[j]! || 1)));
  const k = columns.length;
  const lower: number[][] = [];
  for (let i = 0; i < k; i++) {
    const row = (lower[i] = Array<number>(k).fill(0));
    for (let j = 0; j <= i; j++) {
      let left = dot(unit[i]!, unit[j]!);
      for (let m = 0; m < j; m++) left -= row[m]! * lower[j]![m]!;
      if (i === j && !(left > 1e-10)) return { dependent: i };
      row[j] = i === j ? Math.sqrt(left) : left / lower[j]![j]!;
    }
  }
  const inverse = Array.from({ length: k }, (_, i) =>
    solved(
      lower,
      Array.from({ length: k }, (__, j) => Number(i === j)),
    ).map((value, j) => value / (lengths[i]! * lengths[j]!)),
  );
  const coefficients = solved(
    lower,
    unit.map((column) => dot(column, y)),
  ).map((value, j) => value / lengths[j]!);
  const residuals = y.map(
    (value, i) => value - columns.reduce((sum, column, j) => sum + column[i]! * coefficients[j]!, 0),
  );
  return { coefficients, residuals, inverse };
}

/** x with LLᵀ x = b. */
function solved(lower: readonly number[][], b: readonly number[]): number[] {
  const k = b.length;
  const x = [...b];
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < i; j++) x[i]! -= lower[i]![j]! * x[j]!;
    x[i]! /= lower[i]![i]!;
  }
  for (let i = k - 1; i >= 0; i--) {
    for (let j = i + 1; j < k; j++) x[i]! -= lower[j]![i]! * x[j]!;
    x[i]! /= lower[i]![i]!;
  }
  return x;
}

/**
 * Standard errors by clusters of rows whose residuals may go together: √ of the diagonal of A (Σ_g s_g s_gᵀ) A, A = (ZᵀZ)⁻¹ and
 * s_g = Z_gᵀ e_g, without a correction for few clusters.
 */
export function clusteredErrors(
  fit: LeastSquares,
  columns: readonly number[][],
  clusters: readonly (readonly number[])[],
): number[] {
  const sums = clusters.map((rows) =>
    columns.map((column) => rows.reduce((sum, i) => sum + column[i]! * fit.residuals[i]!, 0)),
  );
  return fit.inverse.map((row) => Math.sqrt(sums.reduce((sum, s) => sum + dot(row, s) ** 2, 0)));
}

export function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
