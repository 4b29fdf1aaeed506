/**
 * TIES (Yadav et al. 2023, https://arxiv.org/abs/2306.01708): each delta keeps its largest numbers, signs are elected, and
 * what agrees with them is averaged. `ties` trims tensor by tensor, as merging tools do; `tiesWhole` has one threshold for a
 * delta over the whole model, as the paper has.
 */
import { deltasIn, type DeltaOptions, overDeltas } from "./deltas.js";
import { keepLargest, type Limit, limitsOf } from "./ranks.js";
import type { MergeMethod, Tensor } from "./types.js";
import { ofModel, type PerModel, share, type Vectors } from "./weights.js";

export interface TiesOptions extends DeltaOptions, Vectors {
  /** Share of each delta that is kept, of one tensor at least one number. Defaults to the paper's 0.2. */
  density?: PerModel;
}

/** Normalized or not; defaults to normalized. */
export function ties({ density = 0.2, normalize = true, ...options }: TiesOptions = {}): MergeMethod {
  share("ties", "density", density);
  return overDeltas({
    ...{ name: "ties", ...options, normalize, elects: true, own: { density } },
    sift: (tensor) => {
      const lists = (): Iterable<Float32Array[]> => deltasIn(tensor);
      const limits = limitsOf(lists, ({ size, k }) => [Math.max(1, Math.floor(ofModel(density, k) * size))]);
      const keep = limits.map(([limit]) => keepLargest(limit!));
      return (deltas) => deltas.forEach((delta, k) => keep[k]!(delta));
    },
  });
}

/**
 * As the authors' code has it, a delta of n numbers keeps int(density · n) + 1, and all that are equal to the least of them,
 * whatever the order of tensors.
 */
export function tiesWhole({ density = 0.2, normalize = true, ...options }: TiesOptions = {}): MergeMethod {
  share("ties-whole", "density", density);
  const known = new WeakMap<readonly Tensor[], Limit[]>();
  const limitsIn = (all: readonly Tensor[]): Limit[] => {
    const lists = function* (): Iterable<Float32Array[]> {
      for (const tensor of all) if (!tensor.isVector || options.vectors === "alike") yield* deltasIn(tensor);
    };
    const counts = ({ size, k }: { size: number; k: number }): number[] => [
      Math.min(size, Math.floor(ofModel(density, k) * size) + 1),
    ];
    return limitsOf(lists, counts).map(([limit]) => ({ ...limit!, equal: Infinity }));
  };
  return overDeltas({
    ...{ name: "ties-whole", ...options, normalize, elects: true, own: { density } },
    sift: (_, all) => {
      const limits = known.get(all) ?? limitsIn(all);
      known.set(all, limits);
      return (deltas) => deltas.forEach((delta, k) => keepLargest(limits[k]!)(delta));
    },
  });
}
