/** Shares that follow from how much text there is: decided once, when the run begins, and the same to its end. */
import { made, type Options } from "../registry.js";
import { positiveOf } from "./by-domain.js";
import type { Mixture, MixtureStart } from "./types.js";

/** One of the two. */
export interface Sized {
  /** Tokens at hand in each domain; defaults to those that the run has to train on. */
  sizes?: Readonly<Record<string, number>>;
  /** Which domains, where `sizes` is left out. */
  domains?: readonly string[];
}

export interface BySizeOptions extends Sized {
  name: string;
  /** What the row takes, defaults filled in. */
  options: Options;
  /** Token shares of domains with these sizes, in their order. */
  shares(sizes: readonly number[], at: { tokens: number; domains: readonly string[] }): number[];
}

export function bySize({ name, sizes, domains: named, options, shares }: BySizeOptions): Mixture {
  if (!sizes === !named)
    throw new Error(`${name}: invalid sizes: ${JSON.stringify(sizes)} (give either sizes or domains)`);
  if (sizes) positiveOf(name, "size", sizes);
  else if (named!.length === 0) throw new Error(`${name}: invalid domains: [] (name at least one domain)`);
  const domains = sizes ? Object.keys(sizes) : [...named!];
  const of = (at: MixtureStart): number[] =>
    domains.map((domain) => {
      const size = (sizes ?? at.sizes)[domain];
      if (!(size! > 0)) throw new Error(`${name}: invalid domains: ${domain} (it has no text to train on)`);
      return size!;
    });
  return made({
    name,
    options,
    domains,
    begin(at) {
      const fixed = shares(of(at), { tokens: at.steps * at.tokensPerStep, domains });
      return { shares: () => [...fixed] };
    },
  });
}
