/**
 * DARE (Yu et al. 2023, https://arxiv.org/abs/2311.03099): numbers of each delta are dropped by chance, and the others divided
 * by the share that is kept. What is left is added up, or merged as TIES does, with elected signs. Draws are the tensor's own,
 * by its name, so that they depend on no other tensor and on no other tool's order.
 */
import { type DeltaOptions, overDeltas, type Sift } from "./deltas.js";
import type { MergeMethod, Tensor } from "./types.js";

export interface DareOptions extends DeltaOptions {
  /** Share of each delta that is kept, above 0. */
  density: number;
}

export const dareLinear = (options: DareOptions): MergeMethod => dare({ name: "dare-linear", ...options });
export const dareTies = (options: DareOptions): MergeMethod => dare({ name: "dare-ties", elects: true, ...options });

function dare(options: DareOptions & { name: string; elects?: boolean }): MergeMethod {
  const { density, normalize = false, name, ...rest } = options;
  if (!(density > 0 && density <= 1)) throw new Error(`${name}: invalid density: ${density} (above 0, at most 1)`);
  const sift = (tensor: Tensor): Sift => {
    const draws = new Map<number, Tensor["rng"]>();
    return (deltas) =>
      deltas.forEach((delta, k) => {
        const draw = draws.get(k) ?? tensor.rng.fork(`model ${k}`);
        draws.set(k, draw);
        for (let i = 0; i < delta.length; i++) delta[i] = draw.uniform() < density ? delta[i]! / density : 0;
      });
  };
  return overDeltas({ name, ...rest, normalize, own: { density }, sift });
}
