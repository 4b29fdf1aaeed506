/**
 * The token laws of the critical mixture ratio paper (Gu et al. 2024, 2407.17467) at one share: the domain's loss is one power
 * of the tokens, the general loss two (it rises, then falls), and the critical ratio is a power of the tokens again. And what
 * follows from them: the tokens T₀ from which ∂(L_dom + λ L_gen)/∂T ≤ 0, and the critical ratio, the largest share of the
 * domain that keeps the general loss within ε and reaches T₀ in time. The paper gives λ no value, so it is the caller's.
 *
 * Tokens are in any unit that is kept (the paper plots units of 0.2 billion). A law of loss *changes* has values of both
 * signs: fit it with `objective: "squares"` or "huber".
 */
import type { Input, Law } from "../types.js";
import { powerLaw } from "./power.js";
import { signed, tokensInput } from "./ranges.js";
import { heldStarts } from "./squares.js";

const reference = "Gu et al. 2024, CMR Scaling Law, arXiv:2407.17467";
const tokens: Input = { ...tokensInput, summary: "tokens of continual pre-training" };

export const cmrDomainTokens: Law = powerLaw({
  name: "cmr-domain-tokens",
  summary: "domain loss against tokens at a fixed share: L(T) = alpha T^s + beta",
  reference,
  input: tokens,
});

export const cmrCritical: Law = powerLaw({
  name: "cmr-critical",
  summary: "critical mixture ratio against tokens: R(T) = alpha T^s + beta",
  reference,
  input: tokens,
  about: { alpha: "factor of the power", beta: "ratio where the power is 0", unit: "token share" },
});

const powers = [-2, -1, -0.5, -0.2, 0.05, 0.2, 0.4, 0.7, 1, 1.5];

/** Two powers in no order of their own: the starts put the smaller first. Where they meet, the factors grow without end. */
export const cmrGeneralTokens: Law = {
  name: "cmr-general-tokens",
  summary: "general loss against tokens at a fixed share: L(T) = alpha2 T^s2 + alpha3 T^s3 + beta",
  reference,
  inputs: [tokens],
  parameters: [
    signed("alpha2", "loss", "factor of the first power", 1),
    { name: "s2", unit: "1", summary: "first power of the tokens", range: [-8, 8], typical: 0.2 },
    signed("alpha3", "loss", "factor of the second power", 1),
    { name: "s3", unit: "1", summary: "second power of the tokens", range: [-8, 8], typical: 0.2 },
    signed("beta", "loss", "loss where both powers are 0", 1),
  ],
  predict: ([a, s, b, u, beta], [t]) => a! * t! ** s! + b! * t! ** u! + beta!,
  gradient([a, s, b, u, beta], [t], into) {
    const [first, second, log] = [t! ** s!, t! ** u!, Math.log(t!)];
    into[0] = first;
    into[1] = a! * first * log;
    into[2] = second;
    into[3] = b! * second * log;
    into[4] = 1;
    return a! * first + b! * second + beta!;
  },
  starts: (data) =>
    heldStarts({
      data,
      grid: powers.flatMap((s, i) => powers.slice(i + 1).map((u) => [s, u])),
      columns: ([t], [s, u]) => [t! ** s!, t! ** u!, 1],
      free: [true, true, true],
      relative: data.y.every((y) => y > 0),
      assemble: ([a, b, beta], [s, u]) => [a!, s!, b!, u!, beta!],
    }),
};

export interface CmrTokensOptions {
  /** alpha, s, beta of the domain's law. */
  domain: readonly number[];
  /** alpha2, s2, alpha3, s3, beta of the general law. */
  general: readonly number[];
  /** Weight of the general loss in L_dom + λ L_gen. */
  lambda: number;
  /** Tokens of the whole run, T_max. */
  maximum: number;
}

/** The first T from which L_dom + λ L_gen stops rising, by bisection of its slope; null when not within `maximum`. */
export function cmrCriticalTokens(options: CmrTokensOptions): number | null {
  const { domain, general, lambda, maximum } = options;
  if (!(lambda >= 0 && lambda < Infinity)) throw new Error(`cmrCriticalTokens: invalid lambda: ${lambda} (0 or more)`);
  if (!(maximum > 0 && maximum < Infinity)) throw new Error(`cmrCriticalTokens: invalid maximum: ${maximum}`);
  const [alpha, s] = domain;
  const [a, u, b, v] = general;
  // T ∂F/∂T, which has the sign of ∂F/∂T and stays tame as T goes to 0.
  const slope = (t: number): number => alpha! * s! * t ** s! + lambda * (a! * u! * t ** u! + b! * v! * t ** v!);
  const steps = 600;
  const at = (i: number): number => maximum * 1e-9 ** (1 - i / steps);
  if (slope(at(0)) <= 0) return 0;
  for (let i = 1; i <= steps; i++) {
    if (slope(at(i)) > 0) continue;
    let [low, high] = [at(i - 1), at(i)];
    for (let k = 0; k < 100; k++) {
      const middle = (low + high) / 2;
      if (slope(middle) > 0) low = middle;
      else high = middle;
    }
    return high;
  }
  return null;
}

export interface CmrCandidate extends Pick<CmrTokensOptions, "domain" | "general"> {
  /** Share of the domain, at which both laws were fitted. */
  share: number;
}

export interface CmrRatioOptions extends Pick<CmrTokensOptions, "lambda" | "maximum"> {
  candidates: readonly CmrCandidate[];
  /** General loss before continual training, in the unit of the laws (0 for laws of loss changes). */
  baseline: number;
  /** How much the general loss may rise; defaults to the paper's 0.05 nats. */
  tolerance?: number;
}

/** The largest share among the candidates that is feasible; null when none is. */
export function cmrCriticalRatio(options: CmrRatioOptions): number | null {
  const { candidates, lambda, maximum, baseline, tolerance = 0.05 } = options;
  if (!(tolerance >= 0)) throw new Error(`cmrCriticalRatio: invalid tolerance: ${tolerance} (0 or more)`);
  const feasible = candidates.filter(({ domain, general }) => {
    const last = cmrGeneralTokens.predict(general, [maximum]);
    return last <= baseline + tolerance && cmrCriticalTokens({ domain, general, lambda, maximum }) !== null;
  });
  return feasible.length === 0 ? null : Math.max(...feasible.map(({ share }) => share));
}
