/**
 * Model stock (Jang et al. 2024, https://arxiv.org/abs/2403.19522): the mean of the models, drawn to their base by how far their
 * deltas point apart. With c the mean cosine of pairs of N deltas, t = N c / (1 + (N − 1) c) and merged = base + t · mean delta.
 * Cosines are of directions, however short the deltas; t stays within 0 and 1, where deltas that oppose each other would
 * lead away from them. A model that did not move has no direction.
 */
import { made } from "../registry.js";
import { deltasIn } from "./deltas.js";
import { cosinesOf, gram } from "./gram.js";
import { sumFromBase } from "./sum.js";
import type { MergeMethod, Tensor } from "./types.js";
import { named } from "./weights.js";

export function modelStock(): MergeMethod {
  return made({
    ...named("model-stock", {}),
    models: { least: 2, most: Infinity },
    fromBase: true,
    begin: (tensor) => sumFromBase(factors(tensor)),
  });
}

/** How far the mean of the models is gone towards, for each of them. */
function factors(tensor: Tensor): number[] {
  const cosines = cosinesOf(gram(deltasIn(tensor)));
  const count = cosines.length;
  let sum = 0;
  for (let j = 0; j < count; j++) for (let k = 0; k < j; k++) sum += cosines[j]![k]!;
  const mean = sum / ((count * (count - 1)) / 2);
  const t = Math.min(1, Math.max(0, (count * mean) / (1 + (count - 1) * mean)));
  return Array<number>(count).fill(t / count);
}
