/**
 * BiMix (Ge et al. 2024, 2405.14908): a domain's loss against its own share and the steps, a product of a power of the share
 * and a law of the steps. The paper's factor A of the share is absorbed by B and C (A = 1), since only the products are
 * determined. Needs a share above 0. The best mixture for weighted domains has a closed form up to one multiplier.
 */
import type { Law } from "../types.js";
import { exponent, positive, shareInput, tokensInput } from "./ranges.js";
import { grid, heldStarts } from "./squares.js";

export const biMix: Law = {
  name: "bimix",
  summary: "loss of a domain against its share and the steps: L = r^-alpha (B s^-beta + C)",
  reference: "Ge et al. 2024, BiMix, arXiv:2405.14908",
  inputs: [
    { ...shareInput, openMin: true },
    { ...tokensInput, name: "steps", unit: "steps", summary: "steps (or tokens) trained, in one unit throughout" },
  ],
  parameters: [
    exponent("alpha", "power of the share", 0.1),
    positive("B", "loss", "factor of the steps term, at share 1", 10),
    exponent("beta", "power of the steps"),
    positive("C", "loss", "floor of the steps term, at share 1", 1),
  ],
  predict: ([alpha, B, beta, C], [r, s]) => r! ** -alpha! * (B! * s! ** -beta! + C!),
  gradient([alpha, B, beta, C], [r, s], into) {
    const [mixed, step] = [r! ** -alpha!, s! ** -beta!];
    const predicted = mixed * (B! * step + C!);
    into[0] = -predicted * Math.log(r!);
    into[1] = mixed * step;
    into[2] = -mixed * B! * step * Math.log(s!);
    into[3] = mixed;
    return predicted;
  },
  terms: [
    { factor: "B", exponents: { alpha: ([r]) => -Math.log(r!), beta: ([, s]) => -Math.log(s!) } },
    { factor: "C", exponents: { alpha: ([r]) => -Math.log(r!) } },
  ],
  starts: (data) =>
    heldStarts({
      data,
      grid: grid([0.01, 0.03, 0.1, 0.3, 0.8], [0.05, 0.15, 0.3, 0.6, 1.2]),
      columns: ([r, s], [alpha, beta]) => [r! ** -alpha! * s! ** -beta!, r! ** -alpha!],
      assemble: ([B, C], [alpha, beta]) => [alpha!, B!, beta!, C!],
    }),
};

export interface BiMixOptimumOptions {
  /** Per domain its name, its four constants in the law's order, and its weight (defaults to 1). */
  domains: readonly { name: string; values: readonly number[]; weight?: number }[];
  steps: number;
}

/**
 * The shares with the least weighted sum of losses at `steps`: stationarity gives r_i = (w_i α_i K_i / ν)^{1/(1+α_i)} with
 * K_i = B_i s^{−β_i} + C_i, and ν is bisected until the shares sum to 1.
 */
export function biMixOptimum(options: BiMixOptimumOptions): Record<string, number> {
  const { domains, steps } = options;
  if (!(steps > 0)) throw new Error(`biMixOptimum: invalid steps: ${steps} (more than 0)`);
  const parts = domains.map(({ name, values: [alpha, B, beta, C], weight = 1 }) => {
    const pull = weight * alpha! * (B! * steps ** -beta! + C!);
    if (!(pull > 0))
      throw new Error(`biMixOptimum: invalid domain: ${name} (its loss or weight does not depend on its share)`);
    return { name, pull, power: 1 / (1 + alpha!) };
  });
  const sharesAt = (logNu: number): number[] =>
    parts.map(({ pull, power }) => Math.exp((Math.log(pull) - logNu) * power));
  let [low, high] = [-700, 700];
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    if (sharesAt(middle).reduce((a, b) => a + b, 0) > 1) low = middle;
    else high = middle;
  }
  const shares = sharesAt((low + high) / 2);
  return Object.fromEntries(parts.map(({ name }, i) => [name, shares[i]!]));
}
