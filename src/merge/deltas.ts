/**
 * What methods of task vectors share: a model is its base and a delta, and
 *   merged = base + scale · Σ w d,
 * where a method may first take numbers out of each delta, and let signs be elected: a number's sign is that of Σ w d, and
 * deltas of the other sign are left out there. Normalized, the sum is divided by the weights of the deltas that are in it.
 * Gains of norms and biases are weighted and added, whole, unless they are to be merged alike.
 */
import { type Json, made } from "../registry.js";
import type { Combine, MergeMethod, Tensor } from "./types.js";
import { finite, named, type Vectors, unlessVector, type Weighted, weightsOf } from "./weights.js";

export interface DeltaOptions extends Weighted {
  /** Factor of the sum. Defaults to 1. */
  scale?: number | undefined;
  normalize?: boolean | undefined;
}

export interface DeltaMethod extends DeltaOptions, Vectors {
  name: string;
  normalize: boolean;
  /** Whether signs are elected. */
  elects?: boolean;
  /** Options of the method's own. */
  own?: Record<string, Json | undefined>;
  /** Takes numbers out of the deltas of a piece, each of them an array that may be changed. Defaults to none. */
  sift?: (tensor: Tensor, all: readonly Tensor[]) => Sift;
}
export type Sift = (deltas: readonly Float32Array[]) => void;

export function overDeltas(options: DeltaMethod): MergeMethod {
  const { name, weights, scale = 1, normalize, elects = false, own, sift, vectors = "linear" } = options;
  finite(name, "scale", scale);
  if (weights) weightsOf(name, weights, weights.length);
  const merge = (add: typeof sumAll, take?: Sift): Combine => {
    const deltasOf = differences();
    let sum = new Float64Array(0);
    return (inputs, out) => {
      const [base] = inputs as [Float32Array];
      const deltas = deltasOf(inputs);
      take?.(deltas);
      if (sum.length < out.length) sum = new Float64Array(out.length);
      add(deltas, weightsOf(name, weights, deltas.length), normalize, sum);
      for (let i = 0; i < out.length; i++) out[i] = base[i]! + scale * sum[i]!;
    };
  };
  return made({
    ...named(name, { weights, ...own, scale, normalize, ...(sift && { vectors }) }),
    models: { least: 1, most: Infinity },
    fromBase: true,
    begin: unlessVector(
      name,
      { vectors },
      () => merge(sumAll),
      (tensor, all) => merge(elects ? sumElected : sumAll, sift?.(tensor, all)),
    ),
  });
}

/** What each input but the first has beyond the first, in single precision; good until the next. */
export function differences(): (inputs: readonly Float32Array[]) => Float32Array[] {
  const kept: Float32Array[] = [];
  return ([base, ...models]) =>
    models.map((model, k) => {
      if ((kept[k]?.length ?? -1) < model.length) kept[k] = new Float32Array(model.length);
      const delta = kept[k]!.subarray(0, model.length);
      for (let i = 0; i < delta.length; i++) delta[i] = model[i]! - base![i]!;
      return delta;
    });
}

/** The deltas of a tensor a piece at a time. */
export function* deltasIn(tensor: Tensor): Iterable<Float32Array[]> {
  const deltasOf = differences();
  for (const inputs of tensor.pieces()) yield deltasOf(inputs);
}

/** `out` becomes the weighted sum, divided by the weights where it is normalized. */
function sumAll(
  deltas: readonly Float32Array[],
  weights: readonly number[],
  normalize: boolean,
  out: Float64Array,
): void {
  const divisor = weights.reduce((a, b) => a + b, 0);
  const by = normalize && Math.abs(divisor) > NONE ? 1 / divisor : 1;
  out.fill(0);
  deltas.forEach((delta, k) => {
    const weight = weights[k]! * by;
    for (let i = 0; i < delta.length; i++) out[i]! += weight * delta[i]!;
  });
}

/** The same of the deltas alone that have the elected sign. */
function sumElected(
  deltas: readonly Float32Array[],
  weights: readonly number[],
  normalize: boolean,
  out: Float64Array,
): void {
  const size = deltas[0]!.length;
  if (deltas.length === 1) {
    // The elected sign is its own. Plus 0, for nothing is never -0.
    const [delta, weight] = [deltas[0]!, weights[0]!];
    const divisor = normalize && Math.abs(weight) > NONE ? weight : 1;
    for (let i = 0; i < size; i++) out[i] = (weight * delta[i]!) / divisor + 0;
    return;
  }
  for (let i = 0; i < size; i++) {
    let positive = 0;
    let negative = 0;
    let ofPositive = 0;
    let ofNegative = 0;
    for (let k = 0; k < deltas.length; k++) {
      const weight = weights[k]!;
      const part = weight * deltas[k]![i]!;
      if (part > 0) {
        positive += part;
        ofPositive += weight;
      } else if (part < 0) {
        negative += part;
        ofNegative += weight;
      }
    }
    const isPositive = positive + negative >= 0;
    const divisor = isPositive ? ofPositive : ofNegative;
    out[i] = (isPositive ? positive : negative) / (normalize && Math.abs(divisor) > NONE ? divisor : 1);
  }
}

/** Sums of weights below this are none. */
const NONE = 1e-8;
