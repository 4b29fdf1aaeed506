/**
 * The sum of Huber penalties as a function of the free (transformed) constants, with exact slopes and curvatures: what the
 * optimiser sees. Least squares is the bend at infinity, least absolute deviations the bend at nothing, so that one
 * function serves every objective and its bend can be narrowed step by step.
 */
import type { Columns } from "./columns.js";
import { dot, dot3, fourDots } from "./elementary.js";

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
      return sumOfPenalties(self);
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
        else addInside(self, slopes, inside, count, hessian);
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

type Seen = Pick<Misfit, "residuals" | "weights" | "rows" | "bend">;

function sumOfPenalties({ residuals, weights, rows, bend }: Seen): number {
  let sum = 0;
  for (let i = 0; i < rows; i++) {
    const size = Math.abs(residuals[i]!);
    const penalty = size <= bend ? 0.5 * size * size : bend * (size - 0.5 * bend);
    sum += weights ? weights[i]! * penalty : penalty;
  }
  return sum < Infinity ? sum : Infinity;
}

/** Per row the penalty's slope; and which rows are inside the bend: how many. */
function pulls({ residuals, weights, rows, bend }: Seen, pull: Float64Array, inside: Int32Array): number {
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
function ratios({ residuals, weights, rows, bend }: Seen, into: Float64Array): void {
  for (let i = 0; i < rows; i++) {
    const size = Math.abs(residuals[i]!);
    const ratio = size <= bend ? 1 : bend / size;
    into[i] = weights ? weights[i]! * ratio : ratio;
  }
}

/** Adds Σ_i weight_i a_i b_i for every pair of columns to the lower triangle. */
function products(
  columns: readonly Float64Array[],
  weight: Float64Array | undefined,
  n: number,
  [moved, other]: Float64Array[],
  into: Float64Array,
): void {
  const size = columns.length;
  const weighted = (p: number, to: Float64Array): Float64Array => {
    const column = columns[p]!;
    if (!weight) return column;
    for (let i = 0; i < n; i++) to[i] = weight[i]! * column[i]!;
    return to;
  };
  let p = 0;
  for (; p + 1 < size; p += 2) {
    const [a, b] = [weighted(p, moved!), weighted(p + 1, other!)];
    for (let q = 0; q <= p; q += 2) {
      fourDots(a, b, columns[q]!, columns[q + 1]!, n, four);
      into[p * size + q]! += four[0]!;
      into[p * size + q + 1]! += four[1]!;
      into[(p + 1) * size + q]! += four[2]!;
      into[(p + 1) * size + q + 1]! += four[3]!;
    }
  }
  if (p === size) return;
  const last = weighted(p, moved!);
  for (let q = 0; q <= p; q++) into[p * size + q]! += dot(last, columns[q]!, n);
}

const four = new Float64Array(4);

/** Adds Σ_i weight_i a_i b_i over the rows inside the bend for every pair of columns, to the lower triangle. */
function addInside(
  { weights }: Seen,
  columns: readonly Float64Array[],
  inside: Int32Array,
  count: number,
  into: Float64Array,
): void {
  const size = columns.length;
  for (let p = 0; p < size; p++) {
    const a = columns[p]!;
    for (let q = 0; q <= p; q++) {
      const b = columns[q]!;
      let sum = 0;
      for (let j = 0; j < count; j++) {
        const i = inside[j]!;
        const product = a[i]! * b[i]!;
        sum += weights ? weights[i]! * product : product;
      }
      into[p * size + q]! += sum;
    }
  }
}
