/**
 * Model Breadcrumbs (Davari & Belilovsky 2023, https://arxiv.org/abs/2312.06795): each delta loses its largest numbers, which
 * are outliers, and its smallest, which are noise; what is left is added up, or merged as TIES does, with elected signs. Tensor
 * by tensor. Outliers go first: with density 1 all but they are kept.
 */
import { deltasIn, type DeltaOptions, overDeltas } from "./deltas.js";
import { dropLargest, keepLargest, limitsOf } from "./ranks.js";
import type { MergeMethod } from "./types.js";
import { ofModel, type PerModel, share, type Vectors } from "./weights.js";

export interface BreadcrumbsOptions extends DeltaOptions, Vectors {
  /** Share of each delta that is kept. */
  density: PerModel;
  /** Share of each delta that is dropped as outliers. Defaults to 0.01. */
  gamma?: PerModel;
}

export const breadcrumbs = (options: BreadcrumbsOptions): MergeMethod => crumbs({ name: "breadcrumbs", ...options });
export const breadcrumbsTies = (options: BreadcrumbsOptions): MergeMethod =>
  crumbs({ name: "breadcrumbs-ties", elects: true, ...options });

function crumbs(options: BreadcrumbsOptions & { name: string; elects?: boolean }): MergeMethod {
  const { name, density, gamma = 0.01, normalize = false, ...rest } = options;
  share(name, "density", density);
  share(name, "gamma", gamma);
  return overDeltas({
    ...{ name, ...rest, normalize, own: { density, gamma } },
    sift: (tensor) => {
      const lists = (): Iterable<Float32Array[]> => deltasIn(tensor);
      const limits = limitsOf(lists, ({ size, k }) => {
        const outliers = Math.floor(ofModel(gamma, k) * size);
        return [outliers, Math.min(size, outliers + Math.floor(ofModel(density, k) * size))];
      });
      const [drop, keep] = [
        limits.map(([outliers]) => dropLargest(outliers!)),
        limits.map(([, most]) => keepLargest(most!)),
      ];
      return (deltas) =>
        deltas.forEach((delta, k) => {
          keep[k]!(delta);
          drop[k]!(delta);
        });
    },
  });
}
