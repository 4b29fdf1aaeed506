/**
 * DARE (Yu et al. 2023, https://arxiv.org/abs/2311.03099): numbers of each delta are dropped by chance, and the others divided
 * by the share that is kept. What is left is added up, or merged as TIES does, with elected signs. Draws are the tensor's own,
 * by its name, so that they depend on no other tensor and on no other tool's order.
 */
import { type DeltaOptions, overDeltas, type Sift } from "./deltas.js";
import { rescaled } from "./rescaled.js";
import type { MergeMethod, Tensor } from "./types.js";
import { ofModel, type PerModel, type Vectors } from "./weights.js";

export interface DareOptions extends DeltaOptions, Vectors {
  /** Share of each delta that is kept, above 0. */
  density: PerModel;
  /** What is kept is divided by the density ("density", the default, the paper's), scaled to the delta's sum of magnitudes ("l1", as mergekit does), or left ("none"). */
  rescale?: "density" | "l1" | "none";
}

export const dareLinear = (options: DareOptions): MergeMethod => dare({ name: "dare-linear", ...options });
export const dareTies = (options: DareOptions): MergeMethod => dare({ name: "dare-ties", elects: true, ...options });

function dare(options: DareOptions & { name: string; elects?: boolean }): MergeMethod {
  const { density, normalize = false, name, rescale = "density", ...rest } = options;
  for (const one of [density].flat() as number[])
    if (!(one > 0 && one <= 1)) throw new Error(`${name}: invalid density: ${one} (above 0, at most 1)`);
  checkRescale(name, rescale);
  const drop = (tensor: Tensor): Sift => {
    const draws = drawsOf(tensor);
    return (deltas) =>
      deltas.forEach((delta, k) => {
        const [draw, kept] = [draws(k), ofModel(density, k)];
        const by = rescale === "density" ? kept : 1;
        for (let i = 0; i < delta.length; i++) delta[i] = draw.uniform() < kept ? delta[i]! / by : 0;
      });
  };
  return overDeltas({
    ...{ name, ...rest, normalize, own: { density, rescale } },
    sift: (tensor) => (rescale === "l1" ? rescaled(tensor, drop) : drop(tensor)),
  });
}

/** Each model's draws for a tensor. */
export function drawsOf(tensor: Tensor): (k: number) => Tensor["rng"] {
  const draws: Tensor["rng"][] = [];
  return (k) => (draws[k] ??= tensor.rng.fork(`model ${k}`));
}

export function checkRescale(name: string, rescale: string): void {
  if (!["density", "l1", "none"].includes(rescale))
    throw new Error(`${name}: invalid rescale: ${JSON.stringify(rescale)} (one of density, l1, none)`);
}
