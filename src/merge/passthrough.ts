/** A model as it is, or times a factor: for layers stacked from several models, and for groups that are not merged. */
import { made } from "../registry.js";
import { sumOf } from "./sum.js";
import type { MergeMethod } from "./types.js";
import { finite, named } from "./weights.js";

export interface PassthroughOptions {
  /** Factor of every number. Defaults to 1. */
  scale?: number;
}

export function passthrough({ scale = 1 }: PassthroughOptions = {}): MergeMethod {
  finite("passthrough", "scale", scale);
  return made({
    ...named("passthrough", { scale }),
    models: { least: 1, most: 1 },
    fromBase: false,
    begin: () => (scale === 1 ? ([model], out) => out.set(model!) : sumOf([scale])),
  });
}
