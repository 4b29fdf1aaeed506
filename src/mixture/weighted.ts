/**
 * Another mixture's token shares, with a weight of its own on each domain's loss. In expectation only share times weight
 * counts; in noise and in repetition they differ: shares decide what is read how often, weights add variance.
 */
import { made, write } from "../registry.js";
import { type ByDomain, positiveOf } from "./by-domain.js";
import type { Mixture } from "./types.js";

export interface WeightedOptions {
  /** Gives the token shares. */
  of: Mixture;
  /** Weight of each of its domains' loss; only their ratios matter. */
  weights: ByDomain;
}

export function weighted({ of, weights }: WeightedOptions): Mixture {
  positiveOf("weighted", "weight", weights);
  const missing = of.domains.find((domain) => weights[domain] === undefined);
  const stray = Object.keys(weights).find((domain) => !of.domains.includes(domain));
  if (missing !== undefined || stray !== undefined)
    throw new Error(
      `weighted: invalid weights: ${Object.keys(weights).join(", ")} (one for each of ${of.domains.join(", ")})`,
    );
  const mixture: Mixture = {
    name: "weighted",
    options: { of: write(of), weights },
    domains: of.domains,
    extent:
      of.extent &&
      ((run) => {
        const { mixture, ...extent } = of.extent!(run);
        return { ...extent, mixture: weighted({ of: mixture, weights }) };
      }),
    begin(at) {
      const mixing = of.begin(at);
      const listed = of.domains.map((domain) => weights[domain]!);
      return {
        ...mixing,
        weights: () => [...listed],
        get state() {
          return mixing.state;
        },
      };
    },
  };
  return made(mixture, of);
}

/**
 * What token shares and loss weights come to: the shares that the gradient sees in expectation, and what part of the
 * batch is left of it in noise, `(Σ q w)² / Σ q w²`, if all tokens are equally noisy: 1 where all weights are equal.
 */
export function effectiveShares({ shares, weights }: { shares: ByDomain; weights: ByDomain }): {
  shares: Record<string, number>;
  sampleShare: number;
} {
  const of = Object.entries(shares).map(([domain, share]) => ({ domain, share, weight: weights[domain] ?? 1 }));
  const sum = of.reduce((total, { share, weight }) => total + share * weight, 0);
  const squares = of.reduce((total, { share, weight }) => total + share * weight ** 2, 0);
  if (!(sum > 0 && of.every(({ share, weight }) => share >= 0 && weight >= 0)))
    throw new Error(`effectiveShares: invalid weights: ${JSON.stringify(weights)} (numbers from 0, not all 0)`);
  return {
    shares: Object.fromEntries(of.map(({ domain, share, weight }) => [domain, (share * weight) / sum])),
    sampleShare: sum ** 2 / squares,
  };
}
