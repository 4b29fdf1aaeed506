/** The weighted mean of models: `merged = Σ w m / Σ w`, in double precision. Two of them are the line between two models. */
import { made } from "../registry.js";
import { sumBy } from "./sum.js";
import type { MergeMethod } from "./types.js";
import { named, type Weighted, weightsOf } from "./weights.js";

export interface LinearOptions extends Weighted {
  /** Whether weights are divided by their sum. Defaults to true. */
  normalize?: boolean;
}

export function linear(options: LinearOptions = {}): MergeMethod {
  const { weights, normalize = true } = options;
  const parts = (count: number): number[] => {
    const given = weightsOf("linear", weights, count);
    const sum = normalize ? given.reduce((a, b) => a + b, 0) : 1;
    if (!(Math.abs(sum) > 1e-8)) throw new Error(`linear: invalid weights: ${given} (their sum is none)`);
    return given.map((weight) => weight / sum);
  };
  if (weights) parts(weights.length);
  return made({
    ...named("linear", { weights, normalize }),
    models: { least: 1, most: Infinity },
    fromBase: false,
    begin: () => sumBy(parts),
  });
}
