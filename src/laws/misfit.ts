/**
 * The sum of Huber penalties as a function of the free (transformed) constants, with exact slopes and curvatures: what the
 * optimiser sees. Least squares is the bend at infinity, least absolute deviations the bend at nothing, so that one
 * function serves every objective and its bend can be narrowed step by step.
 */
import type { Columns } from "./columns.js";
import { dot, dot3 } from "./elementary.js";
import { penalties, pulls, ratios } from "./penalties.js";
import { insideProducts, products } from "./products.js";

export interface Misfit {
  /** How many free constants. */
  size: number;
  /** Width of the Huber bend, in the unit of the residuals. */
  bend: number;
  /** The sum of penalties at `u`; Infinity where the law has no value there. */
  value(u: Float64Array): number;
  /**
   * Right after `value` at the same `u`: its gradient and the Gauss–Newton matrix with Huber weights (never indefinite), or,
   * where a Hessian is asked for, that and only the diagonal of the other; lower triangles, row by row. With `near`, the two
   * parts of them that hardly change over a short step may be those of the call before: the diagonal, and what the law's own
   * bend adds to the Hessian.
   */
  derivatives(
    u: Float64Array,
    gradient: Float64Array,
    gauss: Float64Array,
    hessian?: Float64Array,
    near?: boolean,
  ): void;
  /** How many rows are seen. */
  rows: number;
  /** Residuals of the last `value`: the first `rows` of them. */
  residuals: Float64Array;
  losses: Float64Array;
  /** How often each row counts; left out: once. */
  weights?: Float64Array;
  /** From now on every row counts as often as its weight says, and those without weight are not looked at. */
  draw(weights: Float64Array): void;
}

export interface MisfitOptions {
  columns: Columns;
  losses: Float64Array;
  bend: number;
}

export function misfit(options: MisfitOptions): Misfit {
  const { columns, losses, bend } = options;
  const { links } = columns;
  const size = links.length;
  const theta = new Float64Array(size);
  const first = new Float64Array(size);
  const column = (): Float64Array => new Float64Array(losses.length);
  const [pull, ratio, residuals, drawn, drawnLosses] = [column(), column(), column(), column(), column()];
  const moved = [column(), column()];
  const [places, inside] = [new Int32Array(losses.length), new Int32Array(losses.length)];
  // What a near call keeps: the law's own bend, and the Gauss–Newton diagonal, both in θ.
  const [bent, diagonal] = [new Float64Array(size * size), new Float64Array(size)];
  let known = false;
  const self: Misfit = {
    size,
    bend,
    losses,
    residuals,
    rows: losses.length,
    draw(weights) {
      let count = 0;
      for (let i = 0; i < weights.length; i++) {
        if (!(weights[i]! > 0)) continue;
        places[count] = i;
        drawn[count] = weights[i]!;
        drawnLosses[count++] = losses[i]!;
      }
      columns.see(places, count);
      known = false;
      self.rows = count;
      self.weights = drawn;
      self.losses = drawnLosses;
    },
    value(u) {
      for (let k = 0; k < size; k++) theta[k] = links[k]!.toNatural(u[k]!);
      columns.residuals(theta, self.losses, residuals);
      return penalties(self);
    },
    derivatives(u, gradient, gauss, hessian, near = false) {
      const n = self.rows;
      const slopes = columns.slopes(theta);
      const count = pulls(self, pull, inside);
      for (let k = 0; k < size; k++) {
        first[k] = links[k]!.slope(u[k]!);
        gradient[k] = dot(pull, slopes[k]!, n);
      }
      if (!hessian) {
        gauss.fill(0);
        const flat = count === n && !self.weights;
        if (!flat) ratios(self, ratio);
        products(slopes, flat ? undefined : ratio, n, moved, gauss);
      } else {
        // With every row inside the bend the law's own bend is not small beside the rest.
        if (!(near && known && count < n)) {
          ratios(self, ratio);
          for (let k = 0; k < size; k++) diagonal[k] = dot3(ratio, slopes[k]!, slopes[k]!, n);
          bent.fill(0);
          if (columns.logarithm) {
            for (let i = 0; i < n; i++) ratio[i] = -pull[i]!;
            products(slopes, ratio, n, moved, bent);
          }
          columns.bends(theta, pull, bent);
          known = true;
        }
        for (let k = 0; k < size; k++) gauss[k * size + k] = diagonal[k]!;
        hessian.set(bent);
        if (count === n) products(slopes, self.weights, n, moved, hessian);
        else insideProducts(self.weights, slopes, inside, count, hessian);
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
