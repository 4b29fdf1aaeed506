/**
 * The ratio of domains as something that is learned by gradient: shares are the softmax of logits, and logits climb along what
 * each domain's gradient does for a target's loss, the cosine of the two (after Wang et al. 2020, Differentiable Data Selection,
 * arXiv 1911.10088, with the shares as its whole policy). Old domains as targets make it learn how much to replay.
 */
import type { Mixture } from "../types.js";
import { checkPositive, checkWhole, online, softmax } from "./rule.js";

export interface LearnedRatioOptions {
  domains: string[];
  /** Domains whose losses are to fall; the mean of their cosines counts. */
  targets: string[];
  /** Updates from one change of the shares to the next; defaults to 10. */
  every?: number;
  /** Step of the logits; defaults to 0.1. */
  eta?: number;
}

export function learnedRatio({ domains, targets, every = 10, eta = 0.1 }: LearnedRatioOptions): Mixture {
  checkPositive("learned-ratio", { eta });
  checkWhole("learned-ratio", { every });
  const unknown = targets.find((target) => !domains.includes(target));
  if (unknown !== undefined || targets.length === 0)
    throw new Error(`learned-ratio: invalid targets: ${unknown ?? "none"} (some of ${domains.join(", ")})`);
  return online({
    name: "learned-ratio",
    domains,
    options: { domains, targets, every, eta },
    wants: [{ signal: "alignment", every }],
    begin: () => ({ logits: domains.map(() => 0) }),
    shares: ({ logits }) => softmax(logits),
    next({ logits }, { alignment }) {
      if (!alignment) return { logits };
      const cosine = (one: string, other: string): number => {
        const norms = Math.sqrt((alignment[one]?.[one] ?? 0) * (alignment[other]?.[other] ?? 0));
        return norms > 0 ? alignment[one]![other]! / norms : 0;
      };
      const gains = domains.map((domain) => targets.reduce((sum, to) => sum + cosine(domain, to), 0) / targets.length);
      return { logits: learnedLogits({ logits, gains, eta }) };
    },
  });
}

/** One step up the gradient of Σ share · gain by the logits. */
export function learnedLogits({ logits, gains, eta }: { logits: number[]; gains: number[]; eta: number }): number[] {
  const shares = softmax(logits);
  const mean = shares.reduce((sum, share, i) => sum + share * gains[i]!, 0);
  return logits.map((logit, i) => logit + eta * shares[i]! * (gains[i]! - mean));
}
