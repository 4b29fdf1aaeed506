/**
 * `continue` as a recipe for another process: the model and the text go to the cache, the recipe names them. What a sweep
 * in a notebook is made of.
 */
import { join, resolve } from "node:path";
import { cacheFolder } from "../../corpus/index.js";
import { load, save } from "../../model/index.js";
import { isMade, type Made, type Written, write } from "../../registry.js";
import type { LanguageModel } from "../../types.js";
import type { ContinueOptions } from "../continue.js";
import { hashOfFolder, hashOfModel } from "../hash.js";
import { alike } from "./alike.js";
import { parseRecipe } from "./parse.js";
import { mapPaths } from "./paths.js";
import type { Recipe } from "./recipe.js";
import { closeShards, encodeTexts } from "../text.js";
import { isOptimiser, isOrder } from "../composed.js";

export type JobOptions = Omit<
  ContinueOptions,
  "engine" | "dir" | "resume" | "onStep" | "onEvaluation" | "onMeasurement"
> & {
  /** Engine of the other process; one thread there unless this says otherwise. */
  engine?: { device?: string; threads?: number };
};

export async function job(model: LanguageModel, options: JobOptions): Promise<Recipe> {
  const { on, mixture, schedule, optimiser, order, parts, objective, evaluateAt } = options;
  const { name, seed, engine, heldOutBytes, signal, onProgress, newRows } = options;
  const folder = join(cacheFolder(), "models", hashOfFolder(model), "model");
  if (!holds(folder, model)) save({ dir: folder, model, dtype: "exact" });
  const shards = await encodeTexts({ on, tokenizer: model.tokenizer, heldOutBytes, signal, onProgress });
  closeShards(shards);
  const paths = Object.entries(shards).map(([domain, { train, heldOut }]) => {
    if (!train || !heldOut) throw new Error(`job: invalid text: ${domain} has no ${train ? "held-out" : "train"} part`);
    return [domain, { train: train.path, heldOut: heldOut.path }] as const;
  });
  const recipe = {
    name,
    seed,
    shards: Object.fromEntries(paths),
    model: { folder },
    mixture: mixture.name === "fixed" && isMade(mixture) ? mixture.options.shares : written("mixture", mixture),
    schedule: written("schedule", schedule),
    optimiser: isOptimiser(optimiser) ? written("optimiser", optimiser) : optimiser,
    objective: objective && written("objective", objective),
    parameters: options.parameters && written("parameters", options.parameters),
    parts: parts?.map((part) => written("part", part)),
    order:
      order &&
      (isOrder(order)
        ? written("order", order)
        : Object.fromEntries(Object.entries(order).map(([domain, one]) => [domain, written("order", one)]))),
    buffer: options.buffer && written("buffer", options.buffer),
    ...alike(options),
    newRows,
    evaluate: { at: evaluateAt, also: options.evaluators?.map((each) => written("evaluator", each)) },
    engine,
  };
  // The other process may run elsewhere.
  return mapPaths(parseRecipe(JSON.parse(JSON.stringify(recipe)), "job"), (path) => resolve(path));
}

/** Whether the cache has the model, and it is still what it was called after. */
function holds(folder: string, model: LanguageModel): boolean {
  try {
    return hashOfModel(load(folder)) === hashOfModel(model);
  } catch {
    return false;
  }
}

/** Another process makes it again from what is written, which only a registry's row can promise. */
function written(kind: string, thing: Made): Written {
  if (!isMade(thing))
    throw new Error(`job: invalid ${kind}: ${thing.name} (another process can only make what a registry's row makes)`);
  return write(thing);
}
