/**
 * A power of one quantity with an offset, α x^s + β: the shape of the ratio law, the domain's token law and the critical
 * ratio law of Gu et al. 2024 (2407.17467), and the plainest law there is. Either sign of α and of s: where s < 0 it ends
 * at β as x grows, where s > 0 it starts from β at x = 0.
 */
import { projectedStarts, ratioSpaced } from "../project.js";
import type { Input, Law } from "../types.js";
import { signed } from "./ranges.js";

export interface PowerOptions {
  name: string;
  summary: string;
  reference: string;
  input: Input;
  /** What alpha and beta mean here. */
  about?: { alpha: string; beta: string; unit?: string };
}

export function powerLaw(options: PowerOptions): Law {
  const { name, summary, reference, input, about } = options;
  const { alpha, beta, unit = "loss" } = about ?? { alpha: "factor of the power", beta: "value where the power is 0" };
  return {
    name,
    summary,
    reference,
    inputs: [input],
    parameters: [
      signed("alpha", unit, alpha, 1),
      { name: "s", unit: "1", summary: `power of ${input.name}`, range: [-8, 8], typical: 0.2 },
      signed("beta", unit, beta, 1),
    ],
    predict: (p, x) => p[0]! * x[0]! ** p[1]! + p[2]!,
    gradient(p, x, into) {
      const power = x[0]! ** p[1]!;
      into[0] = power;
      into[1] = p[0]! * power * Math.log(x[0]!);
      into[2] = 1;
      return p[0]! * power + p[2]!;
    },
    starts(data) {
      const powers = ratioSpaced(0.01, 7, 28);
      return projectedStarts(data, (x, s) => x[0]! ** s, [...powers, ...powers.map((s) => -s)]).map(
        ({ offset, factor, theta }) => [factor, theta, offset],
      );
    },
  };
}

export const power: Law = powerLaw({
  name: "power",
  summary: "a loss against one positive quantity x: L(x) = alpha x^s + beta",
  reference: "Hestness et al. 2017, Deep Learning Scaling is Predictable, Empirically, arXiv:1712.00409",
  input: { name: "x", unit: "any", summary: "the quantity", min: 0, max: Infinity, openMin: true },
});
