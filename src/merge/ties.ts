/**
 * TIES (Yadav et al. 2023, https://arxiv.org/abs/2306.01708): each delta keeps its largest numbers, signs are elected, and
 * what agrees with them is averaged. Trimmed tensor by tensor, as merging tools do; the paper has one threshold for a model.
 */
import { type DeltaOptions, overDeltas, type Sift } from "./deltas.js";
import { largest } from "./largest.js";
import type { MergeMethod, Tensor } from "./types.js";
import { share } from "./weights.js";

export interface TiesOptions extends DeltaOptions {
  /** Share of each delta that is kept, at least one number of a tensor. Defaults to the paper's 0.2. */
  density?: number;
}

/** Normalized or not; defaults to normalized. */
export function ties({ density = 0.2, normalize = true, ...options }: TiesOptions = {}): MergeMethod {
  share("ties", "density", density);
  const sift = (tensor: Tensor): Sift => {
    const keep = largest(tensor, Math.max(1, Math.floor(density * tensor.size)));
    return (deltas) => deltas.forEach((delta, k) => keep[k]!(delta));
  };
  return overDeltas({ name: "ties", ...options, normalize, elects: true, own: { density }, sift });
}
