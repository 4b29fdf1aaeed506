/**
 * The data mixing law over many domains (Ye et al. 2024, 2403.16952): L(r) = c + k exp(Σ_j t_j r_j). Because the shares sum
 * to 1, adding κ to every t and dividing k by e^κ changes nothing; the gauge is fixed at k = 1, so that e^{t_j} is the height
 * above the floor when all is domain j. `hidden` > 1 gives the law of an unknown mixture of validation domains, a sum of that
 * many exponentials over one floor; their weights are absorbed by the same gauge, and their order is arbitrary, so quote the
 * curve, not the constants. Not the authors' AdaBoost ensemble of such laws.
 *
 * The law is convex in r, so the best mixture of several can be found from anywhere: mixing-best.ts.
 */
import { rng } from "../../rng.js";
import type { Data, Law } from "../types.js";
import { positive, signed } from "./ranges.js";
import { leastSquares } from "./squares.js";

export interface MixingDomainsOptions {
  /** Column names of the shares; every row's shares sum to 1. */
  domains: readonly string[];
  /** Exponentials in the sum; defaults to 1. */
  hidden?: number;
}

export function mixingDomains(options: MixingDomainsOptions): Law {
  const { domains, hidden = 1 } = options;
  const n = domains.length;
  if (!(n >= 2)) throw new Error(`mixingDomains: invalid domains: ${domains.join(", ")} (two or more)`);
  if (!(Number.isInteger(hidden) && hidden > 0)) throw new Error(`mixingDomains: invalid hidden: ${hidden}`);
  const label = (k: number): string => (hidden === 1 ? "t" : `t${k + 1}`);
  const height = (p: readonly number[], x: readonly number[], k: number): number => {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += p[1 + k * n + j]! * x[j]!;
    return Math.exp(sum);
  };
  return {
    name: hidden === 1 ? "mixing-domains" : `mixing-domains-${hidden}`,
    summary: `loss against the shares of ${n} domains: L(r) = c + ${hidden === 1 ? "" : "sum of "}exp(sum of t_j r_j)`,
    reference: "Ye et al. 2024, Data Mixing Laws, arXiv:2403.16952",
    inputs: domains.map((name) => ({ name, unit: "token share", summary: `share of ${name}`, min: 0, max: 1 })),
    parameters: [
      positive("c", "loss", "floor that no mixture gets below", 1),
      ...Array.from({ length: hidden }, (_, k) =>
        domains.map((name) => signed(`${label(k)}[${name}]`, "1", `log height above the floor at 100 % ${name}`, 1)),
      ).flat(),
    ],
    predict(p, x) {
      let sum = p[0]!;
      for (let k = 0; k < hidden; k++) sum += height(p, x, k);
      return sum;
    },
    gradient(p, x, into) {
      let sum = p[0]!;
      into[0] = 1;
      for (let k = 0; k < hidden; k++) {
        const above = height(p, x, k);
        sum += above;
        for (let j = 0; j < n; j++) into[1 + k * n + j] = above * x[j]!;
      }
      return sum;
    },
    terms: [
      { factor: "c" },
      ...Array.from({ length: hidden }, (_, k) => ({
        exponents: Object.fromEntries(
          domains.map((name, j) => [`${label(k)}[${name}]`, (x: readonly number[]): number => x[j]!]),
        ),
      })),
    ],
    starts: (data) => startsOf(data, hidden),
  };
}

/** At a given floor ln(L − c) is linear in the shares; a sum starts from equal parts of that, pulled apart at random. */
function startsOf(data: Data, hidden: number): number[][] {
  const least = Math.min(...data.y);
  const mean = data.y.reduce((a, b) => a + b, 0) / data.y.length;
  const floors = [0.05, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.98, 0.995].map((part) => part * least);
  const random = rng(1);
  return floors.flatMap((c) => {
    const above = data.y.map((y) => y - c);
    const slopes = leastSquares({
      columns: data.x,
      y: above.map(Math.log),
      weights: above.map((value) => (value / mean) ** 2),
      ridge: 1e-6,
    });
    if (!slopes) return [];
    const tries = hidden === 1 ? [0] : [0.5, 1, 2, 4];
    return tries.map((spread) => [
      c,
      ...Array.from({ length: hidden }, () =>
        slopes.map((t) => t - Math.log(hidden) + spread * random.normal()),
      ).flat(),
    ]);
  });
}
