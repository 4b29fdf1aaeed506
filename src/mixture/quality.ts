/** Up-weighting by quality: shares in proportion to size times a number for each domain, as GPT-3 and The Pile weighted their sources. */
import { checkSame, domainsOf, normalised, positiveOf } from "./by-domain.js";
import { bySize } from "./by-size.js";
import type { Mixture } from "./types.js";

export interface QualityOptions {
  /** How many times more often a token of the domain is read than one of a domain with quality 1. */
  quality: Readonly<Record<string, number>>;
  /** Tokens at hand in each of these domains; defaults to those that the run has to train on. */
  sizes?: Readonly<Record<string, number>>;
}

export function quality({ quality: factors, sizes }: QualityOptions): Mixture {
  positiveOf("quality", "quality", factors);
  checkSame("quality", factors, sizes);
  return bySize({
    name: "quality",
    ...(sizes ? { sizes } : { domains: domainsOf(factors) }),
    options: { quality: factors, ...(sizes && { sizes }) },
    shares: (of, { domains }) => normalised(of.map((size, i) => size * factors[domains[i]!]!)),
  });
}
