/**
 * More of the domains whose gradients help all domains (Fan et al. 2023, DoGE, arXiv 2310.15393). The score of a domain is the sum
 * of its gradient's products with those of all domains, times the learning rate, over the mean norm. As the rate decays the
 * shares come to rest. The paper's answer is their mean over the run, `record.shares.asked`; where they weigh losses,
 * `record.weights.asked` over its sum.
 */
import type { Mixture } from "../types.js";
import { type Applied, checkPositive, checkWhole, online, softmax } from "./rule.js";

export interface DoGEOptions {
  domains: string[];
  /** Updates from one change of the shares to the next; defaults to 1, as in the paper. */
  every?: number;
  /** Step of the shares where the run's learning rate is highest; it follows the schedule. Defaults to 5e-4. */
  learningRate?: number;
  /** Bregman coefficient: the lower, the further shares move. Defaults to 0.01. */
  mu?: number;
  /** Norm above which a domain's gradient is scaled down; defaults to 5. */
  clip?: number;
  /** Whether a domain's own gradient counts among all; defaults to true, as the paper's code does. */
  self?: boolean;
  /** "weights", the paper's, draws all domains alike and weighs their losses; defaults to "shares". */
  by?: Applied;
}

export function doge(options: DoGEOptions): Mixture {
  const { domains, every = 1, learningRate = 5e-4, mu = 0.01, clip = 5, self = true, by = "shares" } = options;
  checkPositive("doge", { learningRate, mu, clip });
  checkWhole("doge", { every });
  return online({
    name: "doge",
    domains,
    options: { domains, every, learningRate, mu, clip, self, by },
    wants: [{ signal: "alignment", every }],
    by,
    begin: () => ({ shares: domains.map(() => 1 / domains.length) }),
    shares: ({ shares }) => [...shares],
    next({ shares }, { step, alignment }, at) {
      if (!alignment) return { shares };
      const products = domains.map((one) => domains.map((other) => alignment[one]?.[other] ?? 0));
      const rate = learningRate * at.rate(step - 1);
      return { shares: dogeShares({ shares, products, rate, mu, clip, self }).shares };
    },
  });
}

interface DoGEStep {
  shares: number[];
  /** Of gradients, `[one][other]`. */
  products: number[][];
  rate: number;
  mu: number;
  clip: number;
  self: boolean;
}

export function dogeShares({ shares, products, rate, mu, clip, self }: DoGEStep): {
  shares: number[];
  scores: number[];
} {
  const norms = products.map((row, i) => Math.sqrt(row[i]!));
  const scales = norms.map((norm) => Math.min(1, clip / norm));
  const mean = norms.reduce((sum, norm, i) => sum + norm * scales[i]!, 0) / norms.length;
  const scores = products.map((row, i) => {
    const sum = row.reduce((sum, product, j) => sum + (i === j && !self ? 0 : product * scales[i]! * scales[j]!), 0);
    return Math.min(Math.max((rate * sum) / (mean + 1e-6), 0), 5 * rate);
  });
  return { scores, shares: softmax(shares.map((share, i) => Math.log(share) + scores[i]! / mu)) };
}
