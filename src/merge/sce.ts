/**
 * SCE (Wan et al. 2024, https://arxiv.org/abs/2408.07990): select the numbers that vary most between deltas, calculate each model's
 * weight as the mean square of what is left of its delta, erase what is against the elected sign. Weights are shares of their sum
 * however small deltas are; mergekit makes them equal below 1e-6. Gains of norms and biases are averaged, unless they are to be
 * merged alike.
 */
import { made } from "../registry.js";
import { deltasIn, differences } from "./deltas.js";
import { keepLargest, type Limit, limitsOf } from "./ranks.js";
import { sumBy } from "./sum.js";
import type { Combine, MergeMethod, Tensor } from "./types.js";
import { named, share, type Vectors, unlessVector } from "./weights.js";

export interface SceOptions extends Vectors {
  /** Share of the numbers that vary between deltas at all which is kept. Defaults to 1, where those that do not vary stay too. */
  density?: number;
}

export function sce({ density = 1, vectors = "linear" }: SceOptions = {}): MergeMethod {
  share("sce", "density", density);
  return made({
    ...named("sce", { density, vectors }),
    models: { least: 1, most: Infinity },
    fromBase: true,
    begin: unlessVector(
      "sce",
      { vectors },
      () => sumBy((models) => Array<number>(models).fill(1 / models), true),
      (tensor) => merge(tensor, density),
    ),
  });
}

function merge(tensor: Tensor, density: number): Combine {
  const limit = density < 1 ? selected(tensor, density) : undefined;
  const selecting = (): ((deltas: readonly Float32Array[]) => void) => {
    const spreadOf = spreads();
    const keep = limit && keepLargest(limit);
    return (deltas) => {
      if (!keep) return;
      const spread = spreadOf(deltas);
      keep(spread);
      for (const delta of deltas) for (let i = 0; i < delta.length; i++) if (spread[i] === 0) delta[i] = 0;
    };
  };
  const weights: number[] = [];
  const select = selecting();
  for (const deltas of deltasIn(tensor)) {
    select(deltas);
    deltas.forEach((delta, k) => {
      let sum = weights[k] ?? 0;
      for (let i = 0; i < delta.length; i++) sum += delta[i]! * delta[i]!;
      weights[k] = sum;
    });
  }
  const [deltasOf, again] = [differences(), selecting()];
  return (inputs, out) => {
    const [base] = inputs as [Float32Array];
    const deltas = deltasOf(inputs);
    again(deltas);
    for (let i = 0; i < out.length; i++) {
      let [sum, positive, negative, ofPositive, ofNegative] = [0, 0, 0, 0, 0];
      for (let k = 0; k < deltas.length; k++) {
        const delta = deltas[k]![i]!;
        sum += delta;
        if (delta > 0) {
          positive += weights[k]! * delta;
          ofPositive += weights[k]!;
        } else if (delta < 0) {
          negative += weights[k]! * delta;
          ofNegative += weights[k]!;
        }
      }
      const [merged, by] = sum >= 0 ? [positive, ofPositive] : [negative, ofNegative];
      out[i] = by > 0 ? base[i]! + merged / by : base[i]!;
    }
  };
}

/** Of the numbers that vary, so many of the first by how much. */
function selected(tensor: Tensor, density: number): Limit {
  const spreadOf = spreads();
  const lists = function* (): Iterable<Float32Array[]> {
    for (const deltas of deltasIn(tensor)) yield [spreadOf(deltas)];
  };
  return limitsOf(lists, ({ size, zeros }) => [Math.floor(density * (size - zeros))])[0]![0]!;
}

/** The standard deviation of each number between models; good until the next. */
function spreads(): (deltas: readonly Float32Array[]) => Float32Array {
  let kept = new Float32Array(0);
  return (deltas) => {
    const [{ length: size }, count] = [deltas[0]!, deltas.length];
    if (kept.length < size) kept = new Float32Array(size);
    const spread = kept.subarray(0, size);
    for (let i = 0; i < size; i++) {
      let mean = 0;
      for (let k = 0; k < count; k++) mean += deltas[k]![i]!;
      mean /= count;
      let squares = 0;
      for (let k = 0; k < count; k++) squares += (deltas[k]![i]! - mean) ** 2;
      spread[i] = Math.sqrt(squares / count);
    }
    return spread;
  };
}
