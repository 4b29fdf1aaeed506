/**
 * From a start near an optimum of least squares to the optimum of an objective. Every objective is a Huber penalty with
 * some bend (squares: at infinity; absolute deviations: at nothing), so each is reached by narrowing the bend step by step.
 */
import type { Misfit } from "./misfit.js";
import { newton } from "./newton.js";
import type { Objective } from "./objective.js";

export interface Settled {
  x: Float64Array;
  value: number;
  /** The fitted scale of a scaled objective. */
  scale?: number;
}

export interface SettleOptions {
  target: Misfit;
  start: Float64Array;
  objective: Objective;
  delta: number;
  held?: readonly boolean[];
  /** Whether the start is the optimum of nearly the same rows: a Huber bend is then as it should be from the first step; defaults to false. */
  close?: boolean;
}

export function settle(options: SettleOptions): Settled {
  const { target, start, objective, delta, held, close = false } = options;
  if (close && objective.penalty === "huber") {
    target.bend = delta;
    return newton({ target, start, held, matrix: "exact", tolerance: finished, damping: 1e-5 });
  }
  target.bend = Infinity;
  if (!(target.value(start) < Infinity)) return { x: start, value: Infinity };
  if (objective.penalty === "squares") return newton({ target, start, held, matrix: "exact", tolerance: finished });
  const size = largest(seen(target));
  // Absolute deviations: a bend far below every residual that the optimum does not pass through.
  if (objective.penalty === "absolute") {
    const { x } = narrowed(options, size, 1e-8 * size);
    target.bend = 0;
    target.value(x);
    return { x, value: seen(target).reduce((sum, r, i) => sum + (target.weights?.[i] ?? 1) * Math.abs(r), 0) };
  }
  if (objective.penalty === "scaled-huber") return settleScaled(options, size);
  return narrowed(options, size, delta);
}

/** The narrower the bend, the sharper the valley: below a hundredth of the residuals the steps are small and each is finished. */
function narrowed({ target, start, held }: SettleOptions, from: number, bend: number): Settled {
  let x = start;
  for (let wide = from / 4; wide > 1.5 * bend; wide /= wide > 0.01 * from ? 8 : 3) {
    target.bend = wide;
    const tolerance = wide > 0.01 * from ? 1e-2 : 1e-6;
    x = newton({ target, start: x, held, matrix: "exact", tolerance }).x;
  }
  target.bend = bend;
  return newton({ target, start: x, held, matrix: "exact", tolerance: bend > 0.01 * from ? finished : 0 });
}

/** Newton's steps square what is left: after a good one that gained this part of the value, rounding is all there is. */
const finished = 1e-11;

/**
 * Minimises Σ huber_δ(ρ/σ) + n ln σ + n ln Z(δ), Z the integral of exp(−huber_δ). At a given σ it is the plain sum with the
 * bend δσ, and at given residuals the best σ makes Σ ψ(ρ/σ) ρ/σ = n; the two take turns.
 */
function settleScaled(options: SettleOptions, size: number): Settled {
  const { target, delta } = options;
  const n = target.weights ? sum(target.weights.subarray(0, target.rows)) : target.rows;
  let scale = scaleOf(target, delta, n);
  let { x } = narrowed(options, size, delta * scale);
  for (let i = 0; i < 50; i++) {
    target.value(x);
    const next = scaleOf(target, delta, n);
    const still = Math.abs(next - scale) <= 1e-10 * scale;
    scale = next;
    if (still) break;
    target.bend = delta * scale;
    x = newton({ target, start: x, held: options.held, matrix: "exact", tolerance: finished, maxIterations: 30 }).x;
  }
  target.bend = delta * scale;
  const penalties = target.value(x) / scale ** 2;
  return { x, value: penalties + n * (Math.log(scale) + Math.log(normaliser(delta))), scale };
}

/** The σ with Σ ψ_δ(ρ/σ) ρ/σ = n, by bisection of its logarithm: the sum falls as σ grows. */
function scaleOf(target: Misfit, delta: number, n: number): number {
  const { weights } = target;
  const residuals = seen(target);
  const size = largest(residuals);
  if (!(size > 0)) return Number.MIN_VALUE;
  let [low, high] = [Math.log(size) + Math.log(Math.min(delta, 1)) - 40, Math.log(size) + 40];
  for (let i = 0; i < 200 && high - low > 1e-15 * Math.abs(low); i++) {
    const middle = (low + high) / 2;
    const scale = Math.exp(middle);
    let pulls = 0;
    for (let i = 0; i < residuals.length; i++) {
      const z = Math.abs(residuals[i]!) / scale;
      pulls += (weights ? weights[i]! : 1) * z * Math.min(z, delta);
    }
    if (pulls > n) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}

/** ∫ exp(−huber_δ(z)) dz = √(2π) erf(δ/√2) + 2 exp(−δ²/2)/δ, the first part by Simpson's rule. */
function normaliser(delta: number): number {
  const steps = 200;
  const end = Math.min(delta, 40);
  let inner = 0;
  for (let i = 0; i <= steps; i++) {
    const z = (end * i) / steps;
    inner += (i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2) * Math.exp(-0.5 * z * z);
  }
  return (2 * inner * end) / (3 * steps) + (2 * Math.exp(-0.5 * delta * delta)) / delta;
}

const seen = ({ residuals, rows }: Misfit): Float64Array => residuals.subarray(0, rows);

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);

function largest(values: Float64Array): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}
