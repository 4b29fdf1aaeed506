/**
 * `continue` as a recipe for another process: the model and the text go to the cache, the recipe names them. What a sweep
 * in a notebook is made of.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../corpus/index.js";
import { save } from "../model/index.js";
import type { LanguageModel } from "../types.js";
import type { ContinueOptions } from "./continue.js";
import { hashOfModel } from "./hash.js";
import { parseRecipe } from "./parse.js";
import type { Recipe } from "./recipe.js";
import { closeShards, encodeTexts } from "./text.js";

export type JobOptions = Omit<ContinueOptions, "engine" | "dir" | "resume" | "onStep" | "onEvaluation"> & {
  /** Engine of the other process; one thread there unless this says otherwise. */
  engine?: { device?: string; threads?: number };
};

export async function job(model: LanguageModel, options: JobOptions): Promise<Recipe> {
  const { on, mixture, schedule, steps, batch, context, seed, optimiser, evaluateAt, checkpointEvery } = options;
  const { name, labels, engine, heldOutBytes, signal, onProgress, trainable, newRows, activeForgetting } = options;
  if (mixture.name !== "fixed")
    throw new Error(`job: invalid mixture: ${mixture.name} (a recipe holds fixed token shares)`);
  const folder = join(cacheFolder(), "models", hashOfModel(model), "model");
  // `save` writes config.json last.
  if (!existsSync(join(folder, "config.json"))) save({ dir: folder, model });
  const shards = await encodeTexts({ on, tokenizer: model.tokenizer, heldOutBytes, signal, onProgress });
  closeShards(shards);
  const shares = mixture.shares(0, steps);
  const paths = Object.entries(shards).map(([domain, { train, heldOut }]) => {
    if (!train || !heldOut) throw new Error(`job: invalid text: ${domain} has no ${train ? "held-out" : "train"} part`);
    return [domain, { train: train.path, heldOut: heldOut.path }] as const;
  });
  const recipe = {
    name,
    seed,
    shards: Object.fromEntries(paths),
    model: { folder },
    mixture: Object.fromEntries(mixture.domains.map((domain, i) => [domain, shares[i]!])),
    schedule: { name: schedule.name, ...schedule.options },
    optimiser,
    trainable,
    newRows,
    activeForgetting,
    steps,
    batch,
    context,
    evaluate: evaluateAt && { at: evaluateAt },
    checkpointEvery,
    engine,
    labels,
  };
  return parseRecipe(JSON.parse(JSON.stringify(recipe)), "job");
}
