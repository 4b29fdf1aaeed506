/** What no other trainer is told: the recipe's field that is in the way, in one line with what to do. */
import { nameOf } from "../../architecture/index.js";
import { show } from "../../foreign.js";
import type { Recipe } from "../recipe/recipe.js";
import type { Composed } from "../composed.js";
import type { TrainOptions } from "../options.js";
import type { JobProfile } from "./job-header.js";
import { processesOf } from "./sbatch.js";
import type { Trainer } from "./types.js";

const refuse = (field: string, found: unknown, fix: string): never => {
  throw new Error(`handOff: invalid ${field}: ${show(found, 80)} (${fix})`);
};

/** By the recipe alone, before anything is read. */
export function checkRecipe(recipe: Recipe): void {
  const { model, objective, optimiser, parts, activeForgetting, stages, trainable, parameters, precision } = recipe;
  if (objective && (objective.name !== "causal" || Object.keys(objective).length > 1))
    refuse("objective", objective, `other trainers learn the next token everywhere: { "name": "causal" }`);
  if (parameters)
    refuse("parameters", parameters, "other trainers train every weight; train it here, and export the run");
  if (trainable !== undefined && trainable !== "all")
    refuse("trainable", trainable, "other trainers train every weight; train it here, and export the run");
  if (stages) refuse("stages", stages, "write each stage as a recipe of its own");
  for (const [field, given] of Object.entries({ parts: parts?.length ? parts : undefined, activeForgetting }))
    if (given) refuse(field, given, "other trainers have no such part; train it here, and export the run");
  if (model.expandBlocks && trainable === undefined)
    refuse(
      "model.expandBlocks",
      model.expandBlocks,
      `its copies alone are trained; write "trainable": "all" to train every weight`,
    );
  if (model.run !== undefined && model.moments !== "new")
    refuse(
      "model.moments",
      model.moments ?? "keep",
      `moments do not travel; write "moments": "new", and warm up again`,
    );
  const { name = "adamw", rates, moments } = (optimiser ?? {}) as Record<string, unknown>;
  if (name !== "adamw") refuse("optimiser", name, "other trainers are told AdamW alone");
  if (rates) refuse("optimiser.rates", rates, "one rate for all");
  if (moments !== undefined && moments !== "float32") refuse("optimiser.moments", moments, "float32");
  if (precision === "float16") refuse("precision", precision, "bfloat16 or float32");
}

/** By what the recipe comes to. */
export function checkRun({ mixture, model }: TrainOptions, { objective, orders }: Composed): void {
  if (objective.name !== "causal") refuse("objective", objective.name, "causal");
  for (const { padded, name } of Object.values(orders))
    if (padded) refuse("order", name, "its windows are padded, which is learned elsewhere");
  if (mixture.wants?.length) refuse("mixture", mixture.name, "what it draws is not known before the run");
  if (model.config.encoder) refuse("model.architecture", nameOf(model.config), "a decoder");
}

/** By what the job is to have: a process for each GPU, and to each as many windows of an update as to any other. */
export function checkJob(profile: JobProfile, windows: number): void {
  if (windows % processesOf(profile) !== 0)
    refuse("profile: gpus", profile.gpus, `the ${windows} windows of an update do not go into so many processes`);
}

/** By config.json, which a trainer reads: of a kind of model that it takes, and all of its fields. */
export function checkModel(config: Record<string, unknown>, { kinds, refuses }: Trainer): void {
  const kind = config.model_type as string;
  if (kind === "palimpsest") refuse("model.architecture", kind, "a shape of our own, which no other trainer builds");
  if (kinds && !kinds.includes(kind)) refuse("model.architecture", kind, `this trainer takes ${kinds.join(", ")}`);
  const found = refuses?.(config);
  if (found) refuse(`model's ${found[0]}`, config[found[0]], found[1]);
}

/** Of a mixture that hears of losses, or weighs them. */
export function checkMixing(name: string, { observes, weighted }: { observes: boolean; weighted: boolean }): void {
  if (observes) refuse("mixture", name, "what it draws is not known before the run");
  if (weighted) refuse("mixture", name, "it weighs losses by domain, which other trainers do not");
}
