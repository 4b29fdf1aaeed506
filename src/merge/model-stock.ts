/**
 * Model stock (Jang et al. 2024, https://arxiv.org/abs/2403.19522): the mean of the models, drawn to their base by how far their
 * deltas point apart. With c the mean cosine of pairs of N deltas, t = N c / (1 + (N − 1) c) and merged = base + t · mean delta.
 * Cosines are of directions, however short the deltas; t stays within 0 and 1, where deltas that oppose each other would
 * lead away from them.
 */
import { made } from "../registry.js";
import { deltasOf } from "./deltas.js";
import type { MergeMethod, Tensor } from "./types.js";
import { named } from "./weights.js";

export function modelStock(): MergeMethod {
  return made({
    ...named("model-stock", {}),
    models: { least: 2, most: Infinity },
    fromBase: true,
    begin: (tensor) => {
      const t = towards(tensor);
      return ([base, ...models], out) => {
        for (let i = 0; i < out.length; i++) {
          let sum = 0;
          for (const model of models) sum += model[i]!;
          out[i] = (1 - t) * base![i]! + (t / models.length) * sum;
        }
      };
    },
  });
}

/** How far the mean of the models is gone towards. */
function towards(tensor: Tensor): number {
  const dots: number[][] = [];
  for (const inputs of tensor.pieces()) {
    const deltas = deltasOf(inputs);
    deltas.forEach((a, j) => {
      for (let k = 0; k <= j; k++) {
        const b = deltas[k]!;
        let dot = 0;
        for (let i = 0; i < a.length; i++) dot += a[i]! * b[i]!;
        (dots[j] ??= [])[k] = (dots[j]?.[k] ?? 0) + dot;
      }
    });
  }
  const count = dots.length;
  let sum = 0;
  for (let j = 0; j < count; j++)
    for (let k = 0; k < j; k++) {
      const cosine = dots[j]![k]! / (Math.sqrt(dots[j]![j]!) * Math.sqrt(dots[k]![k]!));
      // A model that did not move has no direction.
      sum += Number.isNaN(cosine) ? 0 : cosine;
    }
  const mean = sum / ((count * (count - 1)) / 2);
  return Math.min(1, Math.max(0, (count * mean) / (1 + (count - 1) * mean)));
}
