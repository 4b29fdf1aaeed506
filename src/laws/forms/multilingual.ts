/**
 * ATLAS (2510.22037), laws for many languages at once: what tokens of other languages are worth to one (each saturates as
 * it is repeated and counts by its transfer), and the curse of multilinguality, a Chinchilla law whose two terms also carry
 * powers of the number of languages. Forms as three notes on the paper agree on them; its constants are not repeated here.
 */
import type { Law } from "../types.js";
import { saturating } from "./data-constrained.js";
import { exponent, parametersInput, positive, signed, tokensInput } from "./ranges.js";
import { grid, heldStarts } from "./squares.js";

export interface Source {
  tokens: number;
  /** Different tokens there are. */
  unique: number;
}

export interface EffectiveTokensOptions {
  target: Source;
  /** Other languages, each with what one of its tokens is worth to the target. */
  others?: readonly (Source & { transfer: number })[];
  /** How fast repeats lose their worth: λ = 1/R*_D of the data-constrained law. */
  lambda: number;
}

/** D_eff = S_λ(D; U) + Σ τ_i S_λ(D_i; U_i), with S_λ(D; U) = D up to U, then U (1 + (1 − e^{−λ(D/U−1)})/λ). */
export function effectiveTokens(options: EffectiveTokensOptions): number {
  const { target, others = [], lambda } = options;
  if (!(lambda > 0)) throw new Error(`effectiveTokens: invalid lambda: ${lambda} (more than 0)`);
  return [{ ...target, transfer: 1 }, ...others].reduce((sum, { tokens, unique, transfer }) => {
    if (!(tokens >= 0 && unique > 0 && Number.isFinite(transfer)))
      throw new Error(`effectiveTokens: invalid source: ${tokens} of ${unique} tokens, transfer ${transfer}`);
    return sum + (tokens === 0 ? 0 : transfer * saturating(tokens, unique, 1 / lambda));
  }, 0);
}

export const multilinguality: Law = {
  name: "multilinguality",
  summary: "loss of one of K languages: L = E + A K^phi/N^alpha + B K^psi/D^beta, D its own tokens",
  reference: "ATLAS 2025, Adaptive Transfer Scaling Laws for Multilingual Pretraining, arXiv:2510.22037",
  inputs: [
    { name: "languages", unit: "languages", summary: "how many are trained together", min: 1, max: Infinity },
    parametersInput,
    { ...tokensInput, summary: "tokens of this language" },
  ],
  parameters: [
    positive("E", "loss", "floor", 1.5),
    positive("A", "loss", "factor of the size term", 100),
    positive("B", "loss", "factor of the token term", 100),
    exponent("alpha", "power of the size"),
    exponent("beta", "power of the tokens"),
    signed("phi", "1", "power of the languages in the size term: positive where they crowd the model", 0.1),
    signed("psi", "1", "power of the languages in the token term: negative where they help each other", 0.1),
  ],
  predict: ([E, A, B, alpha, beta, phi, psi], [k, n, d]) =>
    E! + A! * k! ** phi! * n! ** -alpha! + B! * k! ** psi! * d! ** -beta!,
  gradient([E, A, B, alpha, beta, phi, psi], [k, n, d], into) {
    const size = k! ** phi! * n! ** -alpha!;
    const token = k! ** psi! * d! ** -beta!;
    into[0] = 1;
    into[1] = size;
    into[2] = token;
    into[3] = -A! * size * Math.log(n!);
    into[4] = -B! * token * Math.log(d!);
    into[5] = A! * size * Math.log(k!);
    into[6] = B! * token * Math.log(k!);
    return E! + A! * size + B! * token;
  },
  terms: [
    { factor: "E" },
    { factor: "A", exponents: { phi: ([k]) => Math.log(k!), alpha: ([, n]) => -Math.log(n!) } },
    { factor: "B", exponents: { psi: ([k]) => Math.log(k!), beta: ([, , d]) => -Math.log(d!) } },
  ],
  starts: (data) =>
    heldStarts({
      data,
      grid: grid([0.2, 0.45], [0.15, 0.4], [0, 0.1, 0.3], [-0.1, 0, 0.1]),
      columns: ([k, n, d], [alpha, beta, phi, psi]) => [1, k! ** phi! * n! ** -alpha!, k! ** psi! * d! ** -beta!],
      assemble: (factors, exponents) => [...factors, ...exponents],
    }),
};

/** By how much size, all tokens together and compute must grow when the languages grow by `ratio` and no loss may. */
export function languagesGrowth(options: { values: readonly number[]; ratio: number }): {
  parameters: number;
  tokens: number;
  flops: number;
} {
  const { values, ratio } = options;
  if (!(ratio > 0)) throw new Error(`languagesGrowth: invalid ratio: ${ratio} (more than 0)`);
  const [, , , alpha, beta, phi, psi] = values;
  const parameters = ratio ** (phi! / alpha!);
  const tokens = ratio ** (1 + psi! / beta!);
  return { parameters, tokens, flops: parameters * tokens };
}
