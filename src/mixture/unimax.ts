/**
 * UniMax (Chung et al. 2023, arXiv 2304.09151): as even as it can be while no domain is read more than so many times. From
 * the smallest domain on, each gets an equal part of what is left, or all that its cap allows.
 */
import { bySize, type Sized } from "./by-size.js";
import { checkCap } from "./capped.js";
import type { Mixture } from "./types.js";

export interface UnimaxOptions extends Sized {
  /** Times that a domain is read at most; defaults to 4. */
  epochs?: number;
  /** Tokens to divide; defaults to those of the run. */
  budget?: number;
}

export function unimax({ epochs = 4, budget, ...sized }: UnimaxOptions): Mixture {
  if (budget !== undefined && !(budget > 0 && budget < Infinity))
    throw new Error(`unimax: invalid budget: ${budget} (a positive number of tokens)`);
  return bySize({
    name: "unimax",
    ...sized,
    options: { ...sized, epochs, ...(budget !== undefined && { budget }) },
    shares(sizes, at) {
      const tokens = budget ?? at.tokens;
      checkCap("unimax", { epochs, sizes, tokens });
      return unimaxTokens({ sizes, budget: tokens, epochs }).map((each) => each / tokens);
    },
  });
}

/** Tokens of each domain, in the order of `sizes`; less than the budget in all where no more can be read. */
export function unimaxTokens(options: { sizes: readonly number[]; budget: number; epochs: number }): number[] {
  const { sizes, epochs } = options;
  const tokens = sizes.map(() => 0);
  let [left, domains] = [options.budget, sizes.length];
  for (const i of sizes.map((_, i) => i).sort((a, b) => sizes[a]! - sizes[b]!)) {
    tokens[i] = Math.min(left / domains, epochs * sizes[i]!);
    left -= tokens[i];
    domains--;
  }
  return tokens;
}
