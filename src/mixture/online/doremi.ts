/**
 * More of the domains that the model is still worse at than a reference (Xie et al. 2023, DoReMi, arXiv 2305.10429). The
 * reference is the model that the run begins with: in continual training, excess on an old domain is forgetting, so this is
 * replay that adapts. Each update's excess decides the next update's shares. The paper's answer is their mean over the run,
 * `record.shares.asked`; where they weigh losses, `record.weights.asked` over its sum.
 */
import type { Mixture } from "../types.js";
import { type Applied, checkPositive, checkWhole, online, softmax } from "./rule.js";

export interface DoReMiOptions {
  domains: string[];
  /** Updates from one change of the shares to the next; defaults to 1, as in the paper. */
  every?: number;
  /** Defaults to 1. */
  eta?: number;
  /** Part of the shares that is always uniform; defaults to 1e-3. */
  smoothing?: number;
  /** "weights", the paper's, draws all domains alike and weighs their losses; defaults to "shares". */
  by?: Applied;
}

export function doremi(options: DoReMiOptions): Mixture {
  const { domains, every = 1, eta = 1, smoothing = 1e-3, by = "shares" } = options;
  checkWhole("doremi", { every });
  checkPositive("doremi", { eta });
  if (!(smoothing >= 0 && smoothing <= 1))
    throw new Error(`doremi: invalid smoothing: ${smoothing} (a number from 0 to 1)`);
  return online({
    name: "doremi",
    domains,
    options: { domains, every, eta, smoothing, by },
    wants: [{ signal: "excess", every }],
    by,
    begin: () => ({ shares: domains.map(() => 1 / domains.length), excess: domains.map(() => 0) }),
    shares: ({ shares }) => [...shares],
    next(state, seen) {
      if (!seen.excess) return state;
      // A domain that was not drawn keeps what was known of it.
      const excess = domains.map((domain, i) => seen.excess![domain] ?? state.excess[i]!);
      return { shares: doremiShares({ shares: state.shares, excess, eta, smoothing }), excess };
    },
  });
}

export function doremiShares(at: { shares: number[]; excess: number[]; eta: number; smoothing: number }): number[] {
  const { shares, excess, eta, smoothing } = at;
  const moved = softmax(shares.map((share, i) => Math.log(share) + eta * excess[i]!));
  return moved.map((share) => (1 - smoothing) * share + smoothing / shares.length);
}
