/**
 * The model of a run's folder, as exact as it was trained: `model/` is in the types of the folder that the run began from,
 * which may be half of float32, and the last checkpoint is float32 always. So what follows a run does not depend on whether
 * it was read back.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { load, storedAlike } from "../../model/index.js";
import type { LanguageModel } from "../../types.js";
import { latestCheckpoint } from "./checkpoint.js";
import { type Modules, openModules } from "./modules.js";

/** And the modules that were trained beside it, where there are some. */
export function modelsIn(dir: string): { model: LanguageModel; modules?: Modules } {
  const folder = join(dir, "modules");
  return { model: runModel(dir), ...(existsSync(folder) && { modules: openModules(folder) }) };
}

export function runModel(dir: string): LanguageModel {
  const model = load(join(dir, "model"));
  const types = Object.values(model.origin!.tensors).flatMap(({ dtypes }) => Object.values(dtypes));
  if (types.every((type) => type === "F32")) return model;
  const last = latestCheckpoint(join(dir, "checkpoints"))?.weights;
  if (!last || !storedAlike(model, last)) return model;
  // A checkpoint may also hold what was trained beside the model.
  const names = Object.keys(model.weights);
  return { ...model, weights: Object.fromEntries(names.map((name) => [name, last[name]!])) };
}
