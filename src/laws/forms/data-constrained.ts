/**
 * Scaling with repeated data (Muennighoff et al. 2023, 2305.16264): tokens beyond the unique ones, and parameters beyond what
 * the unique tokens call for, count for less and less. A Chinchilla law in the effective D′ and N′, with two constants to
 * fit, R*_D and R*_N; the Chinchilla constants are held, as in the paper. On the paper's own rows its point is not the optimum
 * of its objective and the profile over R*_D is a flat valley, so show the profile beside the constant.
 */
import { ratioSpaced } from "../project.js";
import type { Law } from "../types.js";
import { parametersInput, positive, tokensInput } from "./ranges.js";
import { grid } from "./squares.js";

export interface ScalingConstants {
  E: number;
  A: number;
  B: number;
  alpha: number;
  beta: number;
}

/** The paper's fit to single-epoch runs on C4, with GPT-2's tokenizer (appendix of 2305.16264). */
export const c4Constants: ScalingConstants = {
  E: Math.exp(0.6254804),
  A: Math.exp(6.255414),
  B: Math.exp(7.3049974),
  alpha: 0.3526596,
  beta: 0.3526596,
};

/** What `amount` is worth when only `enough` of it is fresh: U + U R* (1 − e^{−R/R*}) with R = amount/U − 1, at least U's own. */
export function saturating(amount: number, enough: number, decay: number): number {
  const fresh = Math.min(amount, enough);
  return fresh - fresh * decay * Math.expm1(-(amount / fresh - 1) / decay);
}

/** d saturating / d decay. */
function saturatingSlope(amount: number, enough: number, decay: number): number {
  const fresh = Math.min(amount, enough);
  const x = (amount / fresh - 1) / decay;
  return fresh * (-Math.expm1(-x) - x * Math.exp(-x));
}

/** The parameters that the unique tokens call for at the optimum of the Chinchilla law. */
export function parametersFor(unique: number, { A, B, alpha, beta }: ScalingConstants): number {
  const g = ((alpha * A) / (beta * B)) ** (1 / (alpha + beta));
  return (unique * g) ** (beta / alpha) * g;
}

export function dataConstrained(constants: ScalingConstants = c4Constants): Law {
  const { E, A, B, alpha, beta } = constants;
  const bad = Object.entries(constants).find(([, value]) => !(value > 0 && value < Infinity));
  if (bad) throw new Error(`dataConstrained: invalid ${bad[0]}: ${bad[1]} (more than 0)`);
  return {
    name: "data-constrained",
    summary: "loss against size, tokens and unique tokens: a Chinchilla law in the effective N' and D'",
    reference: "Muennighoff et al. 2023, Scaling Data-Constrained Language Models, arXiv:2305.16264",
    inputs: [
      parametersInput,
      { ...tokensInput, summary: "tokens trained on, repeats counted" },
      { ...tokensInput, name: "unique", summary: "different tokens there are" },
    ],
    parameters: [
      positive("R_D", "epochs", "repeats after which further ones are worth 1/e", 15),
      positive("R_N", "1", "excess of parameters after which more are worth 1/e", 5),
    ],
    predict([tokenDecay, sizeDecay], [n, d, u]) {
      const fresh = Math.min(d!, u!);
      const tokens = saturating(d!, u!, tokenDecay!);
      const size = saturating(n!, parametersFor(fresh, constants), sizeDecay!);
      return E + A * size ** -alpha + B * tokens ** -beta;
    },
    gradient([tokenDecay, sizeDecay], [n, d, u], into) {
      const called = parametersFor(Math.min(d!, u!), constants);
      const tokens = saturating(d!, u!, tokenDecay!);
      const size = saturating(n!, called, sizeDecay!);
      into[0] = -beta * B * tokens ** (-beta - 1) * saturatingSlope(d!, u!, tokenDecay!);
      into[1] = -alpha * A * size ** (-alpha - 1) * saturatingSlope(n!, called, sizeDecay!);
      return E + A * size ** -alpha + B * tokens ** -beta;
    },
    starts: () => grid(ratioSpaced(0.5, 500, 9), ratioSpaced(0.5, 500, 9)),
  };
}
