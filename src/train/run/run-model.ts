/**
 * The model of a run's folder, as exact as it was trained: `model/` is in the types of the folder that the run began from,
 * which may be half of float32, and the last checkpoint is float32 always. So what follows a run does not depend on whether
 * it was read back.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { load, storedAlike } from "../../model/index.js";
import type { LanguageModel } from "../../types.js";
import { read } from "../../runs/index.js";
import { latestCheckpoint } from "./checkpoint.js";
import { leavesOf } from "./leaves-of.js";
import { openModules } from "./modules.js";
import type { Models } from "./run.js";

export const AVERAGES = "averages";

/** And the modules that were trained beside it, and averages, each read when it is asked for, where there are some. */
export function modelsIn(dir: string): Models {
  const [modules, averages] = ["modules", AVERAGES].map((name) => join(dir, name)) as [string, string];
  return {
    model: runModel(dir),
    ...(existsSync(modules) && { modules: openModules(modules) }),
    ...(existsSync(averages) && { averages: modelsBelow(averages) }),
  };
}

function modelsBelow(folder: string): NonNullable<Models["averages"]> {
  const found = {};
  for (const name of readdirSync(folder))
    Object.defineProperty(found, name, { enumerable: true, get: () => load(join(folder, name)) });
  return found;
}

export function runModel(dir: string): LanguageModel {
  const model = load(join(dir, "model"));
  const types = Object.values(model.origin!.tensors).flatMap(({ dtypes }) => Object.values(dtypes));
  if (types.every((type) => type === "F32")) return model;
  const kept = latestCheckpoint(join(dir, "checkpoints"))?.weights;
  const last = kept && (leavesOf(read(dir).record, { config: model.config, weights: kept })?.merged?.(kept) ?? kept);
  if (!last || !storedAlike(model, last)) return model;
  // A checkpoint may also hold what was trained beside the model.
  const names = Object.keys(model.weights);
  return { ...model, weights: Object.fromEntries(names.map((name) => [name, last[name]!])) };
}
