/**
 * `npm run trainers`: a recipe handed to each of the other trainers, which itself trains from its folder to the losses of
 * the run here. It is no part of `npm test`, because their packages are large and take long to load: `.ci/run` has them.
 */
import { join } from "node:path";
import { before, test } from "node:test";
import * as train from "../../src/train/index.js";
import { pythonHas } from "../python.js";
import { checkLosses, recipe, root } from "../train/handed.js";

/** What Python needs of each. */
const packages: Partial<Record<train.TrainerName, string[]>> = {
  megatron: ["megatron.core"],
  "olmo-core": ["olmo_core", "cached_path"],
  torchtitan: ["torchtitan", "triton"],
};

before(() => train.runRecipe({ recipe, dir: join(root, "run"), from: root }));

for (const [to, needed] of Object.entries(packages) as [train.TrainerName, string[]][])
  test(`${to} itself trains from its folder to the losses of the run, 5 updates within 1e-4`, async (t) => {
    if (!pythonHas("torch", "transformers", ...needed)) return t.skip(`no Python with ${needed.join(" and ")}`);
    const dir = join(root, to);
    await train.handOff({ recipe, to, dir, from: root });
    checkLosses(`handoff_${to.replace("-", "_")}.py`, dir, 5);
  });
