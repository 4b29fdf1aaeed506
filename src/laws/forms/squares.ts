/**
 * Small least-squares problems, solved exactly: ridge regression, and the linear constants of a law once its exponents are
 * held (variable projection, Golub & Pereyra 1973), where constants that must not be negative are kept so by trying every
 * subset of them. Not for many columns: twelve constrained ones at most, a few hundred in all.
 */
import type { Data } from "../types.js";

/** Solves A x = b for a symmetric positive definite A (Cholesky); undefined where A is singular to rounding. */
export function solveSymmetric(a: readonly (readonly number[])[], b: readonly number[]): number[] | undefined {
  const n = b.length;
  const lower: number[][] = [];
  for (let i = 0; i < n; i++) {
    const row = new Array<number>(n).fill(0);
    lower.push(row);
    for (let j = 0; j <= i; j++) {
      let sum = a[i]![j]!;
      for (let k = 0; k < j; k++) sum -= row[k]! * lower[j]![k]!;
      if (i !== j) row[j] = sum / lower[j]![j]!;
      else if (sum > 1e-13 * a[i]![i]!) row[i] = Math.sqrt(sum);
      else return undefined;
    }
  }
  const x = [...b];
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i]! -= lower[i]![k]! * x[k]!;
    x[i]! /= lower[i]![i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i]! -= lower[k]![i]! * x[k]!;
    x[i]! /= lower[i]![i]!;
  }
  return x;
}

export interface SquaresOptions {
  /** One row of column values per observation. */
  columns: readonly (readonly number[])[];
  y: readonly number[];
  /** Weight of each squared residual; defaults to 1. */
  weights?: readonly number[];
  /** Added to the diagonal; defaults to 0. */
  ridge?: number;
  /** Columns whose factor may be negative; defaults to all. */
  free?: readonly boolean[];
}

/** The factors of least squares; undefined where they are not determined. */
export function leastSquares(options: SquaresOptions): number[] | undefined {
  const { columns, y, weights, ridge = 0, free } = options;
  const n = columns[0]!.length;
  const gram = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  const right = new Array<number>(n).fill(0);
  let total = 0;
  columns.forEach((row, i) => {
    const weight = weights?.[i] ?? 1;
    total += weight * y[i]! * y[i]!;
    for (let j = 0; j < n; j++) {
      const scaled = weight * row[j]!;
      right[j]! += scaled * y[i]!;
      for (let k = 0; k <= j; k++) gram[j]![k]! += scaled * row[k]!;
    }
  });
  for (let j = 0; j < n; j++) {
    gram[j]![j]! += ridge;
    for (let k = 0; k < j; k++) gram[k]![j] = gram[j]![k]!;
  }
  const held = Array.from({ length: n }, (_, j) => j).filter((j) => free?.[j] === false);
  if (!(held.length <= 12))
    throw new Error(`leastSquares: invalid free: ${held.length} constrained columns (at most 12)`);
  let best: { left: number; factors: number[] } | undefined;
  for (let out = 0; out < 2 ** held.length; out++) {
    const used = gram.map((_, j) => j).filter((j) => !held.some((h, bit) => h === j && (out >> bit) & 1));
    const some = solveSymmetric(
      used.map((j) => used.map((k) => gram[j]![k]!)),
      used.map((j) => right[j]!),
    );
    if (!some || used.some((j, at) => free?.[j] === false && some[at]! < 0)) continue;
    const left = total - used.reduce((sum, j, at) => sum + some[at]! * right[j]!, 0);
    if (best && best.left <= left) continue;
    const factors = new Array<number>(n).fill(0);
    used.forEach((j, at) => (factors[j] = some[at]!));
    best = { left, factors };
  }
  return best?.factors;
}

export interface HeldOptions {
  data: Data;
  /** Exponents to try, each a full set. */
  grid: readonly (readonly number[])[];
  /** The law's columns at one setting, given the exponents: the prediction is factors · columns. */
  columns: (x: readonly number[], exponents: readonly number[]) => number[];
  /** Columns whose factor may be negative; defaults to none. */
  free?: readonly boolean[];
  /** The law's constants in their order. */
  assemble: (factors: readonly number[], exponents: readonly number[]) => number[];
  /** Weights 1/y², so that the residuals are nearly those of ln y; defaults to true. */
  relative?: boolean;
}

/** One start per set of exponents. A factor of 0 is lifted a little, since a transform to logs could not leave it. */
export function heldStarts(options: HeldOptions): number[][] {
  const { data, grid, columns, assemble, relative = true } = options;
  const weights = data.y.map((y) => (relative ? 1 / (y * y) : 1));
  const size = data.y.reduce((sum, y) => sum + Math.abs(y), 0) / data.y.length;
  return grid.flatMap((exponents) => {
    const rows = data.x.map((x) => columns(x, exponents));
    // Columns of one size, so that the factor of a share and that of a power of 1e9 tokens are equally well solved.
    const scales = rows[0]!.map((_, j) => rows.reduce((most, row) => Math.max(most, Math.abs(row[j]!)), 0) || 1);
    if (!scales.every(Number.isFinite)) return [];
    const scaled = rows.map((row) => row.map((value, j) => value / scales[j]!));
    const free = scales.map((_, j) => options.free?.[j] ?? false);
    const factors = leastSquares({ columns: scaled, y: data.y, weights, free });
    if (!factors) return [];
    const lifted = factors.map((factor, j) => (free[j] ? factor : Math.max(factor, 1e-3 * size)) / scales[j]!);
    return [assemble(lifted, exponents)];
  });
}

/** Every combination of the values of each axis. */
export function grid(...axes: readonly (readonly number[])[]): number[][] {
  return axes.reduce<number[][]>((sets, axis) => sets.flatMap((set) => axis.map((value) => [...set, value])), [[]]);
}
