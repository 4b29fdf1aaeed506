/**
 * Forgetting when fine-tuning with some pre-training data mixed in (Bethune et al. 2025, 2502.06042, as a note on it cites
 * equations 6 and 7): the rise of the pre-training loss, in which injecting a share p acts like a model (1 + B p) times as
 * large, and the fine-tuning loss, on which p has almost no effect. For small fine-tuning sets read many times, at the bottom
 * of the validation curve; not for one pass over much data.
 *
 * The loss before fine-tuning is measured, so it is a column. A and α trade off unless the sizes span a decade; B needs p = 0
 * and p > 0 at the same size and tokens.
 */
import { ratioSpaced } from "../project.js";
import type { Data, Law } from "../types.js";
import { exponent, parametersInput, positive, tokensInput } from "./ranges.js";
import { grid, heldStarts, leastSquares } from "./squares.js";

const reference = "Bethune et al. 2025, Scaling Laws for Forgetting with Data Injection, arXiv:2502.06042";
const tokens = { ...tokensInput, summary: "different fine-tuning tokens" };

export const injection: Law = {
  name: "injection",
  summary: "pre-training loss after fine-tuning: L = L0 + A D^beta/((1 + B p) N)^alpha",
  reference,
  inputs: [
    { name: "baseline", unit: "loss", summary: "loss before fine-tuning, measured", min: 0, max: Infinity },
    parametersInput,
    tokens,
    { name: "share", unit: "token share", summary: "share of pre-training data in the mix", min: 0, max: 1 },
  ],
  parameters: [
    positive("A", "loss", "factor of the rise", 10),
    positive("B", "1/share", "how much a share of injected data enlarges the model", 1000),
    exponent("alpha", "power of the effective size", 0.5),
    exponent("beta", "power of the tokens", 0.2),
  ],
  predict: ([A, B, alpha, beta], [before, n, d, p]) => before! + A! * d! ** beta! * ((1 + B! * p!) * n!) ** -alpha!,
  gradient([A, B, alpha, beta], [before, n, d, p], into) {
    const effective = (1 + B! * p!) * n!;
    const one = d! ** beta! * effective ** -alpha!;
    into[0] = one;
    into[1] = (-alpha! * A! * one * p!) / (1 + B! * p!);
    into[2] = -A! * one * Math.log(effective);
    into[3] = A! * one * Math.log(d!);
    return before! + A! * one;
  },
  starts: injectionStarts,
};

/** ln ΔL = ln A + β ln D − α ln((1 + B p) N) is linear once B is held. Rows that did not get worse say nothing of it. */
function injectionStarts(data: Data): number[][] {
  const rows = data.x.map((x, i) => ({ x, rise: data.y[i]! - x[0]! })).filter(({ rise }) => rise > 0);
  const plain = grid([10], [100, 3000], [0.3, 0.8], [0.1, 0.3]);
  if (rows.length < 3) return plain;
  const found = ratioSpaced(1, 1e6, 40).flatMap((B) => {
    const factors = leastSquares({
      columns: rows.map(({ x: [, n, d, p] }) => [1, Math.log(d!), -Math.log((1 + B * p!) * n!)]),
      y: rows.map(({ rise }) => Math.log(rise)),
      weights: rows.map(({ rise, x }) => (rise / (x[0]! + rise)) ** 2),
      ridge: 1e-9,
    });
    if (!factors) return [];
    const [logA, beta, alpha] = factors as [number, number, number];
    const inside = (value: number): number => Math.min(3.9, Math.max(0.01, value));
    return [[Math.exp(Math.min(200, Math.max(-200, logA))), B, inside(alpha), inside(beta)]];
  });
  return [...found, ...plain];
}

export const injectionFineTuning: Law = {
  name: "injection-fine-tuning",
  summary: "fine-tuning loss against size and tokens: L = E + A/(N^alpha D^beta)",
  reference,
  inputs: [parametersInput, tokens],
  parameters: [
    positive("E", "loss", "floor", 1),
    positive("A", "loss", "factor of the product", 100),
    exponent("alpha", "power of the size", 0.2),
    exponent("beta", "power of the tokens", 0.2),
  ],
  predict: ([E, A, alpha, beta], [n, d]) => E! + A! * n! ** -alpha! * d! ** -beta!,
  gradient([E, A, alpha, beta], [n, d], into) {
    const one = n! ** -alpha! * d! ** -beta!;
    into[0] = 1;
    into[1] = one;
    into[2] = -A! * one * Math.log(n!);
    into[3] = -A! * one * Math.log(d!);
    return E! + A! * one;
  },
  terms: [
    { factor: "E" },
    { factor: "A", exponents: { alpha: ([n]) => -Math.log(n!), beta: ([, d]) => -Math.log(d!) } },
  ],
  starts: (data) =>
    heldStarts({
      data,
      grid: grid([0.02, 0.07, 0.2, 0.5], [0.02, 0.07, 0.2, 0.5]),
      columns: ([n, d], [alpha, beta]) => [1, n! ** -alpha! * d! ** -beta!],
      assemble: (factors, exponents) => [...factors, ...exponents],
    }),
};

export interface LeastInjectionOptions {
  /** The constants of `injection`, in its order. */
  values: readonly number[];
  parameters: number;
  tokens: number;
  /** How much the pre-training loss may rise. */
  tolerance: number;
}

/** The least share of pre-training data that keeps the rise within the tolerance; 0 when none is needed, null when all is not enough. */
export function leastInjection(options: LeastInjectionOptions): number | null {
  const { values, parameters, tokens: unique, tolerance } = options;
  if (!(parameters > 0)) throw new Error(`least-replay: invalid parameters: ${parameters} (more than 0)`);
  if (!(unique > 0)) throw new Error(`least-replay: invalid tokens: ${unique} (more than 0)`);
  if (!(tolerance > 0)) throw new Error(`least-replay: invalid tolerance: ${tolerance} (more than 0)`);
  const [A, B, alpha, beta] = values;
  const share = (((A! * unique ** beta!) / tolerance) ** (1 / alpha!) / parameters - 1) / B!;
  return share <= 0 ? 0 : share <= 1 ? share : null;
}
