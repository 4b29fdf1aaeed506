/**
 * Decisions from a fitted law. Here: the least share of the old language that keeps its loss within a tolerance of the
 * base model's (Ye et al. 2024 solve the same with tolerance 0: r* = (ln(L⁰ − c) − ln k)/t).
 */
import { short } from "../bootstrap.js";
import { interval } from "../interval.js";
import type { Bootstrap, Fit, Law } from "../types.js";

export interface CriticalShareOptions {
  /** A law of the old language's loss against its own share, as its only input. */
  fit: Fit;
  /** The old language's loss before continual training, in the unit of the fit. */
  baseline: number;
  /** How much worse is acceptable, in the same unit; 0 or more. */
  tolerance: number;
  /** Gives the interval. */
  bootstrap?: Bootstrap;
}

export interface CriticalShare {
  /** null when no share keeps the loss within the tolerance. */
  share: number | null;
  /** Ends of the interval; null when there is no bootstrap, or that end lies beyond the largest share. */
  low: number | null;
  high: number | null;
  /** Share of resamples in which an answer exists; null without a bootstrap. */
  exists: number | null;
  /** The answer exists, in at least 95 % of resamples where there are any, and lies among the shares that were run. */
  determined: boolean;
  /** The loss that must not be exceeded: baseline + tolerance. */
  limit: number;
  /** The answer as a person would say it. */
  sentence: string;
}

export function criticalShare(options: CriticalShareOptions): CriticalShare {
  const { fit, baseline, tolerance, bootstrap } = options;
  if (!(baseline > 0 && baseline < Infinity)) throw new Error(`solve.criticalShare: invalid baseline: ${baseline}`);
  if (!(tolerance >= 0 && tolerance < Infinity))
    throw new Error(`solve.criticalShare: invalid tolerance: ${tolerance}`);
  if (fit.law.inputs.length !== 1)
    throw new Error(`solve.criticalShare: invalid law: ${fit.law.name}; it must depend on the share alone`);
  const limit = baseline + tolerance;
  const share = leastShare(fit.law, fit.values, limit);
  const draws = bootstrap?.samples.map((sample) => leastShare(fit.law, sample, limit) ?? Infinity);
  const [low, high] = draws
    ? interval(draws, bootstrap!.level).map((end) => (Number.isFinite(end) ? end : null))
    : [null, null];
  const exists = draws ? draws.filter(Number.isFinite).length / draws.length : null;
  const shares = fit.data.x.map((x) => x[0]!);
  const [least, most] = [Math.min(...shares), Math.max(...shares)];
  const within = share !== null && share >= least && share <= most;
  const determined = within && (exists === null || exists >= 0.95);
  const result = { share, low: low ?? null, high: high ?? null, exists, determined, limit };
  return { ...result, sentence: sentenceOn(result, options, least, most) };
}

/** The least share from which on the law stays at or below the limit, up to the largest share; null when there is none. */
export function leastShare(law: Law, values: readonly number[], limit: number): number | null {
  const { min, max, openMin } = law.inputs[0]!;
  const first = openMin ? min + 1e-9 * (max - min) : min;
  const within = (share: number): boolean => law.predict(values, [share]) <= limit;
  if (!within(max)) return null;
  const steps = 1000;
  let inside = max;
  for (let i = steps - 1; i >= 0; i--) {
    const share = first + ((max - first) * i) / steps;
    if (!within(share)) return bisect(share, inside, within);
    inside = share;
  }
  return first;
}

function bisect(outside: number, inside: number, within: (share: number) => boolean): number {
  for (let i = 0; i < 60 && inside - outside > 1e-15; i++) {
    const middle = (outside + inside) / 2;
    if (within(middle)) inside = middle;
    else outside = middle;
  }
  return inside;
}

function sentenceOn(
  found: Omit<CriticalShare, "sentence">,
  { fit, baseline, tolerance, bootstrap }: CriticalShareOptions,
  least: number,
  most: number,
): string {
  const digits = (value: number): string => String(Number(value.toPrecision(5)));
  const asked =
    tolerance === 0 ? `at or below ${digits(baseline)}` : `within ${short(tolerance)} of ${digits(baseline)}`;
  const percent = (value: number): string => `${Number((value * 100).toPrecision(3))}%`;
  const { share, low, high, exists } = found;
  if (share === null)
    return `No share keeps the loss ${asked}: even at ${percent(fit.law.inputs[0]!.max)} the law predicts more.`;
  const parts = [`A share of ${percent(share)} keeps the loss ${asked}`];
  if (bootstrap && low !== null) {
    const to = high === null ? "more than any share" : percent(high);
    parts.push(` (${Math.round(bootstrap.level * 100)}% interval ${percent(low)} to ${to})`);
  }
  parts.push(".");
  if (share < least) parts.push(` It lies below the least share that was run (${percent(least)}): an extrapolation.`);
  if (share > most) parts.push(` It lies above the largest share that was run (${percent(most)}): an extrapolation.`);
  if (exists !== null && exists < 0.95)
    parts.push(` Not determined: ${percent(1 - exists)} of resamples have no such share.`);
  return parts.join("");
}
