/**
 * Damped Newton for a smooth sum over a few dozen numbers (Levenberg 1944, Marquardt 1963): solves (B + λD) s = −g, where B
 * is the Gauss–Newton matrix or the Hessian and D the Gauss–Newton diagonal, and lets λ follow how well the last step kept
 * its promise. Not a general optimiser: no bounds (see transform.ts), and second derivatives must be at hand.
 */
import type { Misfit } from "./misfit.js";

export interface NewtonOptions {
  target: Pick<Misfit, "size" | "value" | "derivatives">;
  start: Float64Array;
  /** "gauss" is robust far from the minimum, "exact" is fast close to it; "exact" falls back where the Hessian is not positive. */
  matrix: "gauss" | "exact";
  /** Numbers that stay as they start. */
  held?: readonly boolean[];
  /** Stops at a good step that gains less than this part of the value; defaults to 0: until rounding. */
  tolerance?: number;
  /** λ of the first step; defaults to 1e-3. Less where the start is known to be close. */
  damping?: number;
  /** Defaults to 200. */
  maxIterations?: number;
}

export interface Minimum {
  x: Float64Array;
  value: number;
  iterations: number;
}

export function newton(options: NewtonOptions): Minimum {
  const { target, start, matrix, held, tolerance = 0, damping = 1e-3, maxIterations = 200 } = options;
  const { size } = target;
  const square = (): Float64Array => new Float64Array(size * size);
  const [gradient, damped, step] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
  const [gauss, hessian, lower] = [square(), matrix === "exact" ? square() : undefined, square()];
  let here = Float64Array.from(start);
  let next = new Float64Array(size);
  let value = target.value(here);
  let lambda = damping;
  let iterations = 0;
  let near = false;
  for (; iterations < maxIterations && value < Infinity; iterations++) {
    target.derivatives(here, gradient, gauss, hessian, near);
    let most = 0;
    let good = false;
    let gain = 0;
    for (let k = 0; k < size; k++) if (!held?.[k]) most = Math.max(most, gauss[k * size + k]!);
    if (!(most > 0)) break;
    // λ grows until a step gains; 40 times is further than rounding.
    for (let tries = 0; tries < 40 && gain === 0; tries++) {
      for (let k = 0; k < size; k++) damped[k] = lambda * Math.max(gauss[k * size + k]!, 1e-6 * most);
      if (!factor(hessian ?? gauss, damped, held, lower)) {
        lambda = Math.max(5 * lambda, 1e-4);
        continue;
      }
      solve(lower, gradient, held, step);
      const promised = promise(gradient, damped, step);
      if (!(promised > 1e-15 * value)) break;
      for (let k = 0; k < size; k++) next[k] = here[k]! + step[k]!;
      const there = target.value(next);
      const kept = (value - there) / promised;
      if (kept > 1e-3) {
        gain = value - there;
        good = kept > 0.5;
        near = tries === 0 && Math.abs(kept - 1) < 0.25;
        value = there;
        const old = here;
        here = next;
        next = old;
        if (kept > 0.75) lambda = Math.max(lambda / 10, 1e-14);
        else if (kept < 0.25) lambda *= 4;
      } else {
        lambda = Math.max(6 * lambda, 1e-6);
      }
    }
    if (gain === 0 || (good && gain < tolerance * value)) break;
  }
  return { x: here, value, iterations };
}

/** How much the quadratic model falls along the step: ½ sᵀ(λD)s − ½ gᵀs, because (B + λD)s = −g. */
function promise(gradient: Float64Array, damped: Float64Array, step: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < step.length; k++) sum += 0.5 * step[k]! * (damped[k]! * step[k]! - gradient[k]!);
  return sum;
}

/** Cholesky of matrix + diagonal, with the held rows and columns replaced by the unit matrix; false where it is not positive. */
function factor(
  matrix: Float64Array,
  diagonal: Float64Array,
  held: readonly boolean[] | undefined,
  lower: Float64Array,
): boolean {
  const n = diagonal.length;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const out = held?.[i] || held?.[j];
      let sum = out ? (i === j ? 1 : 0) : matrix[i * n + j]! + (i === j ? diagonal[i]! : 0);
      const full = sum;
      for (let k = 0; k < j; k++) sum -= lower[i * n + k]! * lower[j * n + k]!;
      if (i !== j) lower[i * n + j] = sum / lower[j * n + j]!;
      else if (sum > 1e-14 * full) lower[i * n + i] = Math.sqrt(sum);
      else return false;
    }
  }
  return true;
}

/** step = −(L Lᵀ)⁻¹ gradient, 0 where held. */
function solve(
  lower: Float64Array,
  gradient: Float64Array,
  held: readonly boolean[] | undefined,
  step: Float64Array,
): void {
  const n = step.length;
  for (let i = 0; i < n; i++) {
    let sum = held?.[i] ? 0 : -gradient[i]!;
    for (let k = 0; k < i; k++) sum -= lower[i * n + k]! * step[k]!;
    step[i] = sum / lower[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = step[i]!;
    for (let k = i + 1; k < n; k++) sum -= lower[k * n + i]! * step[k]!;
    step[i] = sum / lower[i * n + i]!;
  }
}
