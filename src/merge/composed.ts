/** A method that is another for each tensor: by groups of them, or with options that change over the layers. */
import { type Json, made } from "../registry.js";
import type { MergeMethod, Tensor } from "./types.js";

export type Place = Pick<Tensor, "name" | "layer" | "layers" | "isAfter">;

export interface Composed {
  name: string;
  options: Record<string, Json>;
  /** All that it may be. */
  methods: readonly MergeMethod[];
  choose(place: Place): MergeMethod;
  check?: MergeMethod["check"];
}

export function composed({ name, options, methods, choose, check }: Composed): MergeMethod {
  const own = methods.find(({ ids }) => ids);
  if (own) throw new Error(`${name}: invalid method: ${own.name} (it chooses layers itself, and is for a whole model)`);
  const counts = methods.map(modelsOf);
  const fromBase = methods.some((method) => method.fromBase);
  const lists = new WeakMap<readonly Tensor[], Map<MergeMethod, Tensor[]>>();
  const listsOf = (all: readonly Tensor[]): Map<MergeMethod, Tensor[]> => {
    const known = lists.get(all) ?? new Map<MergeMethod, Tensor[]>();
    if (!lists.has(all)) {
      lists.set(all, known);
      for (const tensor of all) {
        const method = choose(tensor);
        known.set(method, [...(known.get(method) ?? []), fromBase && !method.fromBase ? withoutBase(tensor) : tensor]);
      }
    }
    return known;
  };
  const thing: MergeMethod = {
    ...{ name, options, fromBase },
    models: {
      least: Math.max(...counts.map(({ least }) => least)),
      most: Math.min(...counts.map(({ most }) => most)),
    },
    ...(check && { check }),
    begin: (tensor, all) => {
      const method = choose(tensor);
      const list = listsOf(all).get(method)!;
      const combine = method.begin(
        list.find((one) => one.name === tensor.name)!,
        list,
      );
      return fromBase && !method.fromBase ? ([, ...inputs], out) => combine(inputs, out) : combine;
    },
  };
  return made(thing, ...methods);
}

const withoutBase = (tensor: Tensor): Tensor => ({
  ...tensor,
  *pieces() {
    for (const [, ...inputs] of tensor.pieces()) yield inputs;
  },
});

/** How many models, by the options that have one value for each. */
function modelsOf({ models, options }: MergeMethod): MergeMethod["models"] {
  const list = [options.weights, options.density].find((value) => Array.isArray(value)) as Json[] | undefined;
  return list ? { least: Math.max(models.least, list.length), most: Math.min(models.most, list.length) } : models;
}
