/**
 * The mixture with the least weighted mean of several losses, where each loss is convex in the shares, as the data mixing laws
 * are: exponentiated gradient on the simplex, which says how far it may still be from the answer.
 */
import type { Law } from "../types.js";

export interface BestMixtureOptions {
  /** One fitted law per validation domain, all over the same shares, with its weight (0 or more; defaults to 1). */
  losses: readonly { law: Law; values: readonly number[]; weight?: number }[];
  /** Steps of exponentiated gradient; defaults to 5000. */
  steps?: number;
  /** Shares to start from, near the answer; defaults to equal ones. The answer is the same, found sooner. */
  start?: Record<string, number>;
}

export interface BestMixture {
  shares: Record<string, number>;
  /** The weighted mean of the predicted losses. */
  loss: number;
  /** How far the loss could still fall, by convexity: at most this. */
  gap: number;
}

/** The mixture with the least weighted mean of the predicted losses. Laws must be convex, as those of this file are. */
export function bestMixture(options: BestMixtureOptions): BestMixture {
  const { losses, steps = 5000, start } = options;
  const inputs = losses[0]?.law.inputs.map(({ name }) => name) ?? [];
  const total = losses.reduce((sum, { weight = 1 }) => sum + weight, 0);
  if (!(total > 0) || losses.some(({ weight = 1 }) => !(weight >= 0)))
    throw new Error(`bestMixture: invalid weight: ${losses.map(({ weight = 1 }) => weight).join(", ")} (0 or more)`);
  if (losses.some(({ law }) => law.inputs.map(({ name }) => name).join() !== inputs.join()))
    throw new Error("bestMixture: invalid losses: the laws are over different shares (fit all over the same)");
  const loss = (x: readonly number[]): number =>
    losses.reduce((sum, { law, values, weight = 1 }) => sum + (weight / total) * law.predict(values, x), 0);
  // ∂L/∂r along each axis, by central differences: a few exponentials each.
  const slopes = (x: readonly number[]): number[] =>
    x.map((value, j) => {
      const moved = (by: number): number => loss(x.map((v, i) => (i === j ? value + by : v)));
      return (moved(1e-6) - moved(-1e-6)) / 2e-6;
    });
  // From a share of 0 there is no way back, so a start keeps a little of everything.
  let shares = normal(inputs.map((name) => (start ? Math.max(start[name] ?? 0, 1e-3) : 1)));
  let rate = 1;
  let gap = Infinity;
  for (let step = 0; step < steps && gap > 1e-10; step++) {
    const slope = slopes(shares);
    const least = Math.min(...slope);
    gap = shares.reduce((sum, share, j) => sum + share * (slope[j]! - least), 0);
    const next = normal(shares.map((share, j) => share * Math.exp(-rate * (slope[j]! - least))));
    if (loss(next) <= loss(shares)) {
      shares = next;
      rate *= 1.3;
    } else rate /= 2;
  }
  return {
    shares: Object.fromEntries(inputs.map((name, j) => [name, shares[j]!])),
    loss: loss(shares),
    gap,
  };
}

function normal(values: readonly number[]): number[] {
  const sum = values.reduce((a, b) => a + b, 0);
  return values.map((value) => value / sum);
}
