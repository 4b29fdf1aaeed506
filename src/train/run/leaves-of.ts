/** What a run trained, made again of what its record says: for whoever reads its checkpoints. */
import { makeOf, type Written } from "../../registry.js";
import type { RunRecord } from "../../runs/index.js";
import type { ModelConfig, Weights } from "../../types.js";
import { parameters } from "../step/parameters/registry.js";
import type { Leaves, Parameters } from "../step/types.js";

/** Of a row of `train.parameters`; undefined where the model's own weights were trained, or something of the user's. */
export function leavesOf(
  { recipe, seed }: Pick<RunRecord, "recipe" | "seed">,
  { config, weights }: { config: ModelConfig; weights: Weights },
): Leaves | undefined {
  const { parameters: written } = recipe as { parameters?: Written };
  if (!written || !Object.hasOwn(parameters, written.name)) return undefined;
  return makeOf<Parameters>(parameters, written).of({ config, seed, weights });
}
