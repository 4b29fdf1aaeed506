/**
 * Wished shares under a cap on how often a domain is read: the closest shares (in Kullback-Leibler divergence) that no cap
 * cuts, `min(cap, s · wish)` with one s for all. Cutting and dividing by the sum again would go over the cap.
 * Why a cap: up to four epochs are nearly as good as new text (Muennighoff et al. 2023, arXiv 2305.16264).
 */
import { checkSame, domainsOf, sharesOf } from "./by-domain.js";
import { bySize } from "./by-size.js";
import type { Mixture } from "./types.js";

export interface CappedOptions {
  /** Token shares as they are wished for. */
  shares: Readonly<Record<string, number>>;
  /** Times that a domain is read at most; defaults to 4. */
  epochs?: number;
  /** Tokens at hand in each of these domains; defaults to those that the run has to train on. */
  sizes?: Readonly<Record<string, number>>;
}

export function capped({ shares: wish, epochs = 4, sizes }: CappedOptions): Mixture {
  sharesOf("capped", domainsOf(wish), wish);
  checkSame("capped", wish, sizes);
  return bySize({
    name: "capped",
    ...(sizes ? { sizes } : { domains: domainsOf(wish) }),
    options: { shares: wish, epochs, ...(sizes && { sizes }) },
    shares(of, { domains, tokens }) {
      const wished = sharesOf("capped", domains, wish);
      checkCap("capped", { epochs, sizes: of.filter((_, i) => wished[i]! > 0), tokens });
      return project({ wish: wished, caps: of.map((size) => (epochs * size) / tokens) });
    },
  });
}

/** Shares closest to `wish` of which none is above its cap. The caps of what is wished for add up to 1 or more. */
export function project({ wish, caps }: { wish: readonly number[]; caps: readonly number[] }): number[] {
  // The scale grows with every domain that its cap holds back, in the order in which caps are met.
  const order = wish.map((_, i) => i).filter((i) => wish[i]! > 0);
  order.sort((a, b) => caps[a]! / wish[a]! - caps[b]! / wish[b]!);
  const shares = wish.map(() => 0);
  let left = 1;
  for (const [at, i] of order.entries()) {
    const wished = order.slice(at).reduce((sum, each) => sum + wish[each]!, 0);
    shares[i] = Math.min(caps[i]!, (left * wish[i]!) / wished);
    left -= shares[i];
  }
  return shares;
}

/** Refuses caps under which a run has too little to read. */
export function checkCap(caller: string, at: { epochs: number; sizes: readonly number[]; tokens: number }): void {
  const { epochs, sizes, tokens } = at;
  if (!(epochs > 0 && epochs < Infinity)) throw new Error(`${caller}: invalid epochs: ${epochs} (a positive number)`);
  const most = epochs * sizes.reduce((a, b) => a + b, 0);
  if (!(most >= tokens))
    throw new Error(
      `${caller}: invalid epochs: ${epochs} (that allows ${Math.floor(most)} tokens of ${tokens}: fewer steps, more epochs or more text)`,
    );
}
