/**
 * An interval on anything computed from fitted constants: an optimum, a share, a crossing, a ratio. The computation is
 * repeated on every refit of a bootstrap; where it has no answer in more than one refit of twenty, the answer is "not
 * determined", however good it looks at the best fit. Several fits may go in (a domain's law and the general one).
 */
import { type Bootstrap, short } from "./bootstrap.js";
import { named } from "./fit.js";
import { interval } from "./predict.js";
import type { Fit } from "./types.js";

export interface Doubted {
  fit: Fit;
  /** Left out: no interval. */
  bootstrap?: Bootstrap;
}

export interface DeriveOptions {
  /** What it is, for the sentence: "the best share". */
  name: string;
  /** The fits it is computed from; with several, their refits are paired in the order they were drawn. */
  from: Doubted | readonly Doubted[];
  /** The computation, from each fit's constants by name; null where there is no answer. */
  of: (...constants: Record<string, number>[]) => number | null;
  /** Ends beyond which an answer makes no sense; defaults to none. */
  within?: readonly [low: number, high: number];
  /** Defaults to 0.95. */
  level?: number;
}

export interface Derived {
  name: string;
  /** At the best fit; null when there is no answer. */
  value: number | null;
  /** Ends of the interval over the refits that have an answer; null without a bootstrap. */
  low: number | null;
  high: number | null;
  /** Part of the refits that have an answer; null without a bootstrap. */
  exists: number | null;
  /** The answer exists at the best fit and in at least 95 % of the refits. */
  determined: boolean;
  sentence: string;
}

export function derive(options: DeriveOptions): Derived {
  const { name, of, within = [-Infinity, Infinity], level = 0.95 } = options;
  const from = "fit" in options.from ? [options.from] : options.from;
  if (from.length === 0) throw new Error("laws.derive: invalid from: no fits (give one or more)");
  const answer = (constants: Record<string, number>[]): number | null => {
    const value = of(...constants);
    return value !== null && value >= within[0] && value <= within[1] && Number.isFinite(value) ? value : null;
  };
  const value = answer(from.map(({ fit }) => fit.parameters));
  const refits = Math.min(...from.map(({ bootstrap }) => bootstrap?.samples.length ?? 0));
  const draws = Array.from({ length: refits }, (_, i) =>
    answer(from.map(({ fit, bootstrap }) => named(fit.law, bootstrap!.samples[i]!))),
  );
  const found = draws.filter((draw) => draw !== null);
  const [low, high] = found.length > 0 ? interval(found, level) : [null, null];
  const exists = refits > 0 ? found.length / refits : null;
  const determined = value !== null && (exists === null || exists >= 0.95);
  const result = { name, value, low, high, exists, determined };
  return { ...result, sentence: sentenceOf(result, level) };
}

function sentenceOf({ name, value, low, high, exists }: Omit<Derived, "sentence">, level: number): string {
  const missing = exists === null ? "" : `${short(100 * (1 - exists))}% of refits have no such value`;
  if (value === null) return `Not determined: there is no ${name}${missing && `, and ${missing}`}.`;
  const spread =
    low === null || high === null ? "" : ` (${Math.round(100 * level)}% interval ${short(low)} to ${short(high)})`;
  const doubt = exists !== null && exists < 0.95 ? ` Not determined: ${missing}.` : "";
  return `${name}: ${short(value)}${spread}.${doubt}`;
}
