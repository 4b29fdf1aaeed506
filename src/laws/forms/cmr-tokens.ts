/**
 * The token laws of the critical mixture ratio paper (Gu et al. 2024, 2407.17467) at one share: the domain's loss is one power
 * of the tokens, the general loss two (it rises, then falls), and the critical ratio is a power of the tokens again. What
 * follows from them is in cmr-critical.ts.
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
