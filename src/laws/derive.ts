/**
 * An interval on anything computed from fitted constants: an optimum, a share, a crossing, a ratio. The computation is
 * repeated on every refit of a bootstrap; where it has no answer in more than one refit of twenty, the answer is "not
 * determined", however good it looks at the best fit. Several fits may go in (a domain's law and the general one).
 */
import { digits } from "../digits.js";
import { named } from "./fit.js";
import { interval } from "./interval.js";
import type { Bootstrap, Fit } from "./types.js";

export interface Doubted {
  fit: Fit;
  /** Left out: no interval. */
  bootstrap?: Bootstrap;
}

/** What a computed number is. */
export interface Quantity {
  /** For the sentence: "the best share". */
  name: string;
  /** Defaults to none. */
  unit?: string;
  /** Ends beyond which an answer makes no sense; defaults to none. */
  within?: readonly [low: number, high: number];
}

export interface DeriveOptions extends Quantity {
  /** The fits it is computed from; with several, their refits are paired in the order they were drawn. */
  from: Doubted | readonly Doubted[];
  /** The computation, from each fit's constants by name; null where there is no answer. */
  of: (...constants: Record<string, number>[]) => number | null;
  /** Defaults to 0.95. */
  level?: number;
}

export interface Derived {
  name: string;
  /** "" where there is none; "loss" is that of the fit. */
  unit: string;
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
  const { name, unit, within, of, level } = options;
  const from = "fit" in options.from ? [options.from] : options.from;
  if (from.length === 0) throw new Error("laws.derive: invalid from: no fits (give one or more)");
  const { derived } = deriveAll({
    what: { it: { name, unit, within } },
    from,
    of: (...values) => ({ it: of(...from.map(({ fit }, i) => named(fit.law, values[i]!))) }),
    level,
  });
  return derived.it;
}

export interface DeriveAllOptions<Key extends string> {
  what: Record<Key, Quantity>;
  from: readonly Doubted[];
  /** All of them in one computation, from each fit's constants in the order of its law; null where there is no answer. */
  of: (...values: (readonly number[])[]) => Record<Key, number | null> | null;
  /** Defaults to 0.95. */
  level?: number;
}

/** Several numbers that are computed together, as the shares of one mixture are; and what every refit said, in turn. */
export function deriveAll<Key extends string>(
  options: DeriveAllOptions<Key>,
): { derived: Record<Key, Derived>; draws: (Record<Key, number | null> | null)[] } {
  const { what, from, of, level } = options;
  const best = of(...from.map(({ fit }) => fit.law.parameters.map(({ name }) => fit.parameters[name]!)));
  const refits = Math.min(...from.map(({ bootstrap }) => bootstrap?.samples.length ?? 0));
  const draws = Array.from({ length: refits }, (_, i) => of(...from.map(({ bootstrap }) => bootstrap!.samples[i]!)));
  const entries = Object.entries<Quantity>(what).map(([key, quantity]) => [
    key,
    derivedFrom({
      ...quantity,
      value: best?.[key as Key] ?? null,
      draws: draws.map((draw) => draw?.[key as Key] ?? null),
      level,
    }),
  ]);
  return { derived: Object.fromEntries(entries) as Record<Key, Derived>, draws };
}

export interface DerivedFromOptions extends Quantity {
  /** At the best fit. */
  value: number | null;
  /** At each refit; empty without a bootstrap. */
  draws: readonly (number | null)[];
  /** Defaults to 0.95. */
  level?: number;
}

/** The answer, its interval and its sentence from the number at the best fit and at each refit. */
export function derivedFrom(options: DerivedFromOptions): Derived {
  const { name, unit = "", within = [-Infinity, Infinity], draws, level = 0.95 } = options;
  const inside = (value: number | null): value is number =>
    value !== null && value >= within[0] && value <= within[1] && Number.isFinite(value);
  const value = inside(options.value) ? options.value : null;
  const found = draws.filter(inside);
  const [low, high] = found.length > 0 ? interval(found, level) : [null, null];
  const exists = draws.length > 0 ? found.length / draws.length : null;
  const determined = value !== null && (exists === null || exists >= 0.95);
  const result = { name, unit, value, low, high, exists, determined };
  return { ...result, sentence: sentenceOf(result, level) };
}

function sentenceOf({ name, unit, value, low, high, exists }: Omit<Derived, "sentence">, level: number): string {
  const missing = exists === null ? "" : `${digits(100 * (1 - exists))}% of refits have no such value`;
  if (value === null) return `Not determined: there is no ${name}${missing && `, and ${missing}`}.`;
  const spread =
    low === null || high === null ? "" : ` (${Math.round(100 * level)}% interval ${digits(low)} to ${digits(high)})`;
  const doubt = exists !== null && exists < 0.95 ? ` Not determined: ${missing}.` : "";
  // A loss is in the unit of the fit, and a name that says "share" says enough.
  const said = ["", "loss", "token share"].includes(unit) ? "" : ` ${unit}`;
  return `${name}: ${digits(value)}${said}${spread}.${doubt}`;
}
