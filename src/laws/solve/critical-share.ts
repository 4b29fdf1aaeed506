/**
 * The least share of the old language that keeps its loss within a tolerance of the base model's (Ye et al. 2024 solve the
 * same with tolerance 0: r* = (ln(L⁰ − c) − ln k)/t).
 */
import { digits } from "../../digits.js";
import type { Derived, Doubted } from "../derive.js";
import { interval } from "../interval.js";
import type { Law } from "../types.js";
import type { Solved } from "./answers.js";

/** Of a law of the old language's loss against its own share, as its only input. */
export interface CriticalShareOptions extends Doubted {
  /** The old language's loss before continual training, in the unit of the fit. */
  baseline: number;
  /** How much worse is acceptable, in the same unit; 0 or more. */
  tolerance: number;
}

export interface CriticalShare extends Solved {
  /**
   * No value when no share keeps the loss within the tolerance. Refits without such a share count as beyond the largest: an
   * end of the interval that lies there is null. Determined only among the shares that were run.
   */
  share: Derived;
  /** The loss that must not be exceeded: baseline + tolerance. */
  limit: number;
}

export function criticalShare(options: CriticalShareOptions): CriticalShare {
  const { fit, baseline, tolerance, bootstrap } = options;
  const { law, parameters, data } = fit;
  if (!(baseline > 0 && baseline < Infinity)) throw new Error(`critical-share: invalid baseline: ${baseline}`);
  if (!(tolerance >= 0 && tolerance < Infinity)) throw new Error(`critical-share: invalid tolerance: ${tolerance}`);
  if (law.inputs.length !== 1)
    throw new Error(`critical-share: invalid law: ${law.name}; it must depend on the share alone`);
  const limit = baseline + tolerance;
  const value = leastShare(
    law,
    law.parameters.map(({ name }) => parameters[name]!),
    limit,
  );
  const draws = bootstrap?.samples.map((sample) => leastShare(law, sample, limit) ?? Infinity);
  const [low = null, high = null] = draws
    ? interval(draws, bootstrap!.level).map((end) => (Number.isFinite(end) ? end : null))
    : [];
  const exists = draws ? draws.filter(Number.isFinite).length / draws.length : null;
  const shares = data.x.map((x) => x[0]!);
  const [least, most] = [Math.min(...shares), Math.max(...shares)];
  const within = value !== null && value >= least && value <= most;
  const determined = within && (exists === null || exists >= 0.95);
  const found = { name: "critical share", unit: "token share", value, low, high, exists, determined };
  return { share: { ...found, sentence: sentenceOn(found, options, least, most) }, limit, notes: [] };
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
  found: Omit<Derived, "sentence">,
  { fit, baseline, tolerance, bootstrap }: CriticalShareOptions,
  least: number,
  most: number,
): string {
  const asked =
    tolerance === 0 ? `at or below ${digits(baseline, 5)}` : `within ${digits(tolerance)} of ${digits(baseline, 5)}`;
  const percent = (value: number): string => `${digits(100 * value)}%`;
  const { value: share, low, high, exists } = found;
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
