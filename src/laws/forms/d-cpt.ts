/**
 * The D-CPT law (Que et al. 2024, 2406.01375), form L3 of its five, and the cross-domain law that adds a term in the domain's
 * learnability K. The share r is that of the corpus which matches the validation set, so the domain's loss and the general
 * loss are two fits. The other four forms are not here: their formulas were not found with certainty.
 *
 * Nine constants ask for much: on 26 mixtures at four sizes η and E ran to 0 in most domains, so read them with a profile,
 * or fit `d-cpt-8`, where η = 0. The law is not monotone near r = 0 when η < 1: see d-cpt-uses.ts.
 */
import { hold } from "../hold.js";
import type { Input, Law } from "../types.js";
import { exponent, parametersInput, positive, shareInput, tokensInput } from "./ranges.js";
import { grid, heldStarts } from "./squares.js";

const reference = "Que et al. 2024, D-CPT Law, arXiv:2406.01375";
const share: Input = { ...shareInput, summary: "share of the corpus that matches the validation set" };
const tokens: Input = { ...tokensInput, summary: "tokens of continual pre-training" };

/** r^η with 0⁰ = 1, and its derivative by η, which is 0 at r = 0. */
const powerOf = (r: number, eta: number): number => (r === 0 ? (eta === 0 ? 1 : 0) : r ** eta);
const logOf = (r: number): number => (r === 0 ? 0 : Math.log(r));

export const dCpt: Law = {
  name: "d-cpt",
  summary: "loss against size, tokens and share: L = E + A/N^alpha + B r^eta/D^beta + C/(r + epsilon)^gamma",
  reference,
  inputs: [parametersInput, tokens, share],
  parameters: [
    positive("E", "loss", "floor", 1.5),
    positive("A", "loss", "factor of the size term", 100),
    positive("B", "loss", "factor of the token term", 100),
    positive("C", "loss", "factor of the share term", 0.3),
    exponent("alpha", "power of the size"),
    exponent("beta", "power of the tokens"),
    exponent("gamma", "power of the shifted share", 0.5),
    exponent("eta", "power of the share in the token term"),
    { name: "epsilon", unit: "share", summary: "shift that keeps share 0 finite", range: [0, 2], typical: 0.05 },
  ],
  predict([E, A, B, C, alpha, beta, gamma, eta, epsilon], [n, d, r]) {
    return E! + A! * n! ** -alpha! + B! * powerOf(r!, eta!) * d! ** -beta! + C! * (r! + epsilon!) ** -gamma!;
  },
  gradient([E, A, B, C, alpha, beta, gamma, eta, epsilon], [n, d, r], into) {
    const size = n! ** -alpha!;
    const token = powerOf(r!, eta!) * d! ** -beta!;
    const mixed = (r! + epsilon!) ** -gamma!;
    into[0] = 1;
    into[1] = size;
    into[2] = token;
    into[3] = mixed;
    into[4] = -A! * size * Math.log(n!);
    into[5] = -B! * token * Math.log(d!);
    into[6] = -C! * mixed * Math.log(r! + epsilon!);
    into[7] = B! * token * logOf(r!);
    into[8] = (-C! * gamma! * mixed) / (r! + epsilon!);
    return E! + A! * size + B! * token + C! * mixed;
  },
  starts: (data) =>
    heldStarts({
      data,
      grid: grid([0.15, 0.4], [0.15, 0.4, 0.8], [0.2, 1], [0.05, 0.5], [0.005, 0.05, 0.3]),
      columns: ([n, d, r], [alpha, beta, gamma, eta, epsilon]) => [
        1,
        n! ** -alpha!,
        powerOf(r!, eta!) * d! ** -beta!,
        (r! + epsilon!) ** -gamma!,
      ],
      assemble: (factors, exponents) => [...factors, ...exponents],
    }),
};

/** The law without the power of the share in the token term: eight constants, and ∂L/∂r < 0 everywhere. */
export const dCpt8: Law = hold(dCpt, { eta: 0 }, "d-cpt-8");

export const dCptCross: Law = {
  name: "d-cpt-cross",
  summary: "the D-CPT law over domains: L = d-cpt + F/K^mu, K the domain's learnability",
  reference,
  inputs: [
    ...dCpt.inputs,
    {
      name: "learnability",
      unit: "K",
      summary: "the domain's coefficient, from the initial loss and the rate of decline of a short probe run",
      min: 0,
      max: Infinity,
      openMin: true,
    },
  ],
  parameters: [
    ...dCpt.parameters,
    positive("F", "loss", "factor of the domain term", 1),
    exponent("mu", "power of the learnability", 0.5),
  ],
  predict: (p, x) => dCpt.predict(p, x) + p[9]! * x[3]! ** -p[10]!,
  gradient(p, x, into) {
    const domain = x[3]! ** -p[10]!;
    into[9] = domain;
    into[10] = -p[9]! * domain * Math.log(x[3]!);
    return dCpt.gradient!(p, x, into) + p[9]! * domain;
  },
  starts: (data) =>
    heldStarts({
      data,
      grid: grid([0.15, 0.4], [0.15, 0.5], [0.2, 1], [0.05, 0.5], [0.01, 0.1], [0.3, 1]),
      columns: ([n, d, r, k], [alpha, beta, gamma, eta, epsilon, mu]) => [
        1,
        n! ** -alpha!,
        powerOf(r!, eta!) * d! ** -beta!,
        (r! + epsilon!) ** -gamma!,
        k! ** -mu!,
      ],
      assemble: (factors, exponents) => [...factors.slice(0, 4), ...exponents.slice(0, 5), factors[4]!, exponents[5]!],
    }),
};
