/**
 * The sum of Huber penalties as a function of the free (transformed) constants, with exact slopes and curvatures: what the
 * optimiser sees. Least squares is the bend at infinity, least absolute deviations the bend at nothing, so that one
 * function serves every objective and its bend can be narrowed step by step.
 */
import type { Columns } from "./columns.js";
import { dot, dot3, twoDots } from "./elementary.js";

export interface Misfit {
  /** How many free constants. */
  size: number;
  /** Width of the Huber bend, in the unit of the residuals. */
  bend: number;
  /** The sum of penalties at `u`; Infinity where the law has no value there. */
  value(u: Float64Array): number;
  /**
   * Right after `value` at the same `u`: its gradient and the Gauss–Newton matrix with Huber weights (never indefinite), or,
   * where a Hessian is asked for, that and only the diagonal of the other; lower triangles, row by row.
   */
  derivatives(u: Float64Array, gradient: Float64Array, gauss: Float64Array, hessian?: Float64Array): void;
  /** Residuals of the last `value`. */
  residuals: Float64Array;
  losses: Float64Array;
  /** How often each row counts; left out: once. */
  weights?: Float64Array;
}

export interface MisfitOptions {
  columns: Columns;
  losses: Float64Array;
  bend: number;
}

export function misfit(options: MisfitOptions): Misfit {
  const { columns, losses, bend } = options;
  const { rows: n, links } = columns;
  const size = links.length;
  const theta = new Float64Array(size);
  const [pull, gaussWeight, hessianWeight] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  const first = new Float64Array(size);
  const moved = new Float64Array(n);
  const self: Misfit = {
    size,
    bend,
    losses,
    residuals: new Float64Array(n),
    value(u) {
      for (let k = 0; k < size; k++) theta[k] = links[k]!.toNatural(u[k]!);
      columns.residuals(theta, self.losses, self.residuals);
      return sumOfPenalties(self.residuals, self.weights, self.bend);
    },
    derivatives(u, gradient, gauss, hessian) {
      const slopes = columns.slopes(theta);
      weigh(self.residuals, self.weights, self.bend, pull, gaussWeight, hessianWeight);
      for (let k = 0; k < size; k++) {
        first[k] = links[k]!.slope(u[k]!);
        gradient[k] = dot(pull, slopes[k]!);
      }
      if (!hessian) {
        products(slopes, gaussWeight, moved, gauss);
      } else {
        for (let k = 0; k < size; k++) gauss[k * size + k] = dot3(gaussWeight, slopes[k]!, slopes[k]!);
        if (columns.logarithm) for (let i = 0; i < n; i++) hessianWeight[i]! -= pull[i]!;
        products(slopes, hessianWeight, moved, hessian);
        columns.bends(theta, pull, hessian);
      }
      for (let p = 0; p < size; p++) {
        for (let q = 0; q <= p; q++) {
          gauss[p * size + q]! *= first[p]! * first[q]!;
          if (hessian) hessian[p * size + q]! *= first[p]! * first[q]!;
        }
        if (hessian) hessian[p * size + p]! += gradient[p]! * links[p]!.bend(u[p]!);
        gradient[p]! *= first[p]!;
      }
    },
  };
  return self;
}

function sumOfPenalties(residuals: Float64Array, weights: Float64Array | undefined, bend: number): number {
  let sum = 0;
  for (let i = 0; i < residuals.length; i++) {
    const size = Math.abs(residuals[i]!);
    const penalty = size <= bend ? 0.5 * size * size : bend * (size - 0.5 * bend);
    sum += weights ? weights[i]! * penalty : penalty;
  }
  return sum < Infinity ? sum : Infinity;
}

/** Per row: the penalty's slope, its weight in the Gauss–Newton matrix (slope over residual), and its second derivative. */
function weigh(
  residuals: Float64Array,
  weights: Float64Array | undefined,
  bend: number,
  pull: Float64Array,
  gauss: Float64Array,
  hessian: Float64Array,
): void {
  for (let i = 0; i < residuals.length; i++) {
    const residual = residuals[i]!;
    const weight = weights ? weights[i]! : 1;
    const inside = Math.abs(residual) <= bend;
    pull[i] = weight * (inside ? residual : residual > 0 ? bend : -bend);
    gauss[i] = inside ? weight : (weight * bend) / Math.abs(residual);
    hessian[i] = inside ? weight : 0;
  }
}

/** Σ_i weight_i a_i b_i for every pair of columns, into the lower triangle. */
function products(
  columns: readonly Float64Array[],
  weight: Float64Array,
  moved: Float64Array,
  into: Float64Array,
): void {
  const size = columns.length;
  for (let p = 0; p < size; p++) {
    const column = columns[p]!;
    for (let i = 0; i < moved.length; i++) moved[i] = weight[i]! * column[i]!;
    let q = 0;
    for (; q < p; q += 2) twoDots(moved, columns[q]!, columns[q + 1]!, into, p * size + q);
    if (q === p) into[p * size + p] = dot(moved, column);
  }
}
