/**
 * What mergekit calls its methods and their parameters, with its defaults, and what each is here. Parameters that only say how
 * it computes are read and passed over; a value that would be another function is refused.
 */
import type { Options, Written } from "../registry.js";

export interface Parameter {
  /** Of each model, of each but the base, or of all together. */
  of: "model" | "each" | "all";
  kind: "number" | "boolean";
  /** Absent where one must be given. */
  default?: number | boolean | null;
  /** The only value that is read. */
  only?: number | boolean;
}

/** By mergekit's names: one value for each model, in their order, or one for all. */
export type Values = Record<string, Value[]> & { all: Record<string, Value> };
export type Value = number | boolean | null;

export interface KitMethod {
  /** Whether the base is one of what is merged, and not what the others are counted from. */
  mergesBase?: true;
  /** Whether a base must be named. */
  needsBase?: true;
  parameters: Record<string, Parameter>;
  written(values: Values, hasBase: boolean): Written;
}

const each = { of: "each", kind: "number" } as const;
const all = { of: "all", kind: "number" } as const;
const flag = (value: boolean): Parameter => ({ of: "all", kind: "boolean", default: value });
const fixed = (value: number | boolean): Parameter => ({
  of: "all",
  kind: typeof value === "number" ? "number" : "boolean",
  default: value,
  only: value,
});
const weight: Parameter = { of: "each", kind: "number" };
const deltas = {
  weight,
  density: { ...each, default: 1 },
  lambda: { ...all, default: 1 },
  int8_mask: flag(false),
};

/** A method of deltas: `sifts` says which options it takes from the values. */
const overDeltas = (
  name: string,
  normalize: boolean,
  more: Record<string, Parameter>,
  sifts: (values: Values) => Options,
): KitMethod => ({
  needsBase: true,
  parameters: { ...deltas, normalize: flag(normalize), ...more },
  written: (values) => ({
    name,
    ...{
      weights: values.weight as number[],
      scale: values.all.lambda as number,
      normalize: values.all.normalize as boolean,
    },
    ...sifts(values),
  }),
});
const byChance = (values: Values): Options => ({
  density: values.density,
  ...(values.epsilon && { epsilon: values.epsilon }),
  rescale: values.all.rescale === true ? "l1" : "none",
});
/** Outliers are dropped no further than the density leaves room for. */
const crumbs = ({ density, gamma }: Values): Options => ({
  density,
  gamma: gamma!.map((share, k) => Math.max(0, Math.min(share as number, 1 - (density![k] as number)))),
});
const chance = { rescale: flag(true) };
const epsilon = { epsilon: { ...each, default: 0.15 } };
const gamma = { gamma: { ...each, default: 0.01 }, rescale: fixed(false) };

export const kitMethods: Record<string, KitMethod> = {
  linear: {
    mergesBase: true,
    parameters: { weight: { of: "model", kind: "number" }, normalize: flag(true) },
    written: ({ weight: weights, all: { normalize } }) => ({ name: "linear", weights: weights as number[], normalize }),
  },
  slerp: {
    mergesBase: true,
    needsBase: true,
    parameters: { t: { of: "all", kind: "number" } },
    written: ({ all: { t } }) => ({ name: "slerp", t }),
  },
  nuslerp: {
    parameters: { weight, nuslerp_row_wise: flag(false), nuslerp_flatten: flag(true) },
    written: ({ weight: weights, all: { nuslerp_row_wise: byRow, nuslerp_flatten: flat } }, hasBase) => ({
      ...{ name: "nuslerp", weights: weights as number[], deltas: hasBase },
      // "row_wise" turns the matrix first.
      by: flat === true ? "tensor" : byRow === true ? "column" : "row",
    }),
  },
  multislerp: {
    parameters: { weight, normalize_weights: flag(true), eps: fixed(1e-8) },
    written: ({ weight: weights, all: values }, hasBase) => ({
      ...{ name: "multislerp", weights: weights as number[], deltas: hasBase },
      normalize: values.normalize_weights,
    }),
  },
  karcher: {
    mergesBase: true,
    parameters: { max_iter: fixed(10), tol: fixed(1e-5) },
    written: () => ({ name: "karcher" }),
  },
  task_arithmetic: overDeltas("task-arithmetic", false, { rescale: flag(false) }, () => ({})),
  ties: overDeltas("ties", true, { rescale: fixed(false) }, ({ density }) => ({ density })),
  dare_linear: overDeltas("dare-linear", false, chance, byChance),
  dare_ties: overDeltas("dare-ties", false, chance, byChance),
  della: overDeltas("della", true, { ...chance, ...epsilon }, byChance),
  della_linear: overDeltas("della-linear", false, { ...chance, ...epsilon }, byChance),
  breadcrumbs: overDeltas("breadcrumbs", false, gamma, crumbs),
  breadcrumbs_ties: overDeltas("breadcrumbs-ties", false, gamma, crumbs),
  sce: {
    needsBase: true,
    parameters: { select_topk: { ...all, default: 1 }, int8_mask: flag(false) },
    written: ({ all: { select_topk: density } }) => ({ name: "sce", density }),
  },
  model_stock: {
    needsBase: true,
    parameters: { filter_wise: fixed(false) },
    written: () => ({ name: "model-stock" }),
  },
  nearswap: {
    needsBase: true,
    parameters: { t: { of: "all", kind: "number" } },
    written: ({ all: { t } }) => ({ name: "nearswap", t }),
  },
  ram: {
    needsBase: true,
    parameters: { epsilon: { ...all, default: 1e-5 } },
    written: ({ all: { epsilon: threshold } }) => ({ name: "ram", threshold }),
  },
  ramplus_tl: {
    needsBase: true,
    parameters: { epsilon: { ...all, default: 1e-5 }, r: { ...all, default: 0.1 }, alpha: { ...all, default: 0.2 } },
    written: ({ all: { epsilon: threshold, r: boost, alpha: most } }) => ({ name: "ram-plus", threshold, boost, most }),
  },
  passthrough: {
    mergesBase: true,
    parameters: { scale: { of: "model", kind: "number", default: null } },
    written: ({ scale }) => ({ name: "passthrough", ...(scale?.[0] != null && { scale: scale[0] }) }),
  },
};
