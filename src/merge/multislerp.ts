/**
 * SLERP of any number of models (mergekit's Multi-SLERP), or of what they have beyond a base: the direction of the weighted mean
 * of their directions, as long as the weighted mean of their lengths. Made by way of the tangents at that mean, which cancel
 * each other, so this is what is left of it. Gains of norms and biases are weighted and added, unless they are to be merged alike.
 */
import { made } from "../registry.js";
import { deltasIn } from "./deltas.js";
import { cosinesOf, gram, lengthsOf } from "./gram.js";
import { sumBy, sumFromBase, sumOf } from "./sum.js";
import type { MergeMethod, Tensor } from "./types.js";
import { named, type Vectors, unlessVector, type Weighted, weightsOf } from "./weights.js";

export interface MultislerpOptions extends Weighted, Vectors {
  /** Whether it is of deltas, which need a base. Defaults to false. */
  deltas?: boolean;
  /** Whether weights are divided by their sum. Defaults to true. */
  normalize?: boolean;
}

export function multislerp(options: MultislerpOptions = {}): MergeMethod {
  const { weights, deltas = false, normalize = true, vectors = "linear" } = options;
  if (weights) weightsOf("multislerp", weights, weights.length);
  const parts = (count: number): number[] => {
    const given = weightsOf("multislerp", weights, count);
    const sum = normalize ? given.reduce((a, b) => a + b, 0) : 1;
    if (!(Math.abs(sum) > 1e-8)) throw new Error(`multislerp: invalid weights: ${given} (their sum is none)`);
    return given.map((weight) => weight / sum);
  };
  const factors = (tensor: Tensor): number[] => {
    const dots = gram(deltas ? deltasIn(tensor) : tensor.pieces());
    const [lengths, cosines] = [lengthsOf(dots), cosinesOf(dots)];
    const shares = parts(lengths.length).map((part, k) => (lengths[k]! > 0 ? part : 0));
    const mean = Math.sqrt(Math.max(0, quadratic(shares, cosines)));
    if (lengths.every((length) => length === 0)) return shares;
    if (!(mean > 1e-8))
      throw new Error(
        `multislerp: invalid weights: ${parts(lengths.length)} (directions of ${tensor.name} cancel each other)`,
      );
    const length = shares.reduce((sum, part, k) => sum + part * lengths[k]!, 0);
    return shares.map((part, k) => (lengths[k]! > 0 ? (part * length) / mean / lengths[k]! : 0));
  };
  const add = deltas ? sumFromBase : sumOf;
  return made({
    ...named("multislerp", { weights, deltas, normalize, vectors }),
    models: { least: 1, most: Infinity },
    fromBase: deltas,
    begin: unlessVector(
      "multislerp",
      { vectors },
      () => sumBy(parts, deltas),
      (tensor) => add(factors(tensor)),
    ),
  });
}

/** x'Ax. */
export const quadratic = (x: readonly number[], a: readonly (readonly number[])[]): number =>
  x.reduce((sum, own, j) => sum + own * x.reduce((row, other, k) => row + other * a[j]![k]!, 0), 0);
