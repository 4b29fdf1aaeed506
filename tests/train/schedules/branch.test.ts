/** Many decays hang from one stable run: a branch before the anneal is the run that annealed there. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { fixed } from "../../../src/mixture/index.js";
import * as train from "../../../src/train/index.js";
import { folder, language, sameWeights, tinyModel } from "../tiny.js";

const root = folder();

test("a stable run, a branch and an anneal give the bytes of the whole", async () => {
  const model = await tinyModel();
  const mixture = fixed({ old: 0.5, new: 0.5 });
  const on = { old: language("old"), new: language("new") };
  const options = { on, batch: 2, evaluateAt: [] as number[] };
  const rates = { peak: 1e-2, constant: 5e-3, floor: 1e-3, cooldown: 0.5 };
  const schedule = train.infinite({ ...rates, anneal: 0.75 });
  const whole = await train.continue(model, { ...options, mixture, schedule, steps: 8 });
  const stable = await train.continue(model, {
    ...options,
    mixture,
    schedule: train.infinite({ ...rates, anneal: 1 }),
    steps: 8,
    dir: join(root, "stable"),
    snapshots: { at: [6] },
  });
  const annealed = train.anneal({ from: 5e-3, floor: 1e-3 });
  const branch = await train.branch(stable, { ...options, at: 6, steps: 2, schedule: annealed });
  assert.deepEqual(
    branch.steps.map(({ learningRate }) => learningRate),
    whole.steps.slice(6).map(({ learningRate }) => learningRate),
  );
  assert.equal(stable.steps.at(-1)!.learningRate, 5e-3);
  sameWeights(branch.model.weights, whole.model.weights);
});

test("a recipe whose schedule is longer than its run is refused before any text is read", () => {
  const recipe = {
    corpus: { files: { old: "old.txt" } },
    model: { size: "nano" },
    mixture: { old: 1 },
    schedule: { name: "onward", of: { name: "wsd", peak: 1e-3 }, from: 4, total: 12 },
    steps: 8,
  };
  assert.doesNotThrow(() => train.parseRecipe(recipe));
  assert.throws(
    () => train.parseRecipe({ ...recipe, steps: 9 }),
    /^Error: recipe: onward: invalid steps: 9 \(wsd ends after 8 more: give a new schedule\)$/,
  );
  const schedule = { name: "wsd", peak: 1e-3, warmup: 0.5, decay: 0.6 };
  assert.throws(() => train.parseRecipe({ ...recipe, schedule }), /^Error: recipe: wsd: invalid decay: 0\.6 /);
  assert.throws(
    () => train.parseRecipe({ ...recipe, schedule: { ...schedule, warmup: 100 } }),
    /^Error: recipe: invalid schedule\.warmup: 100 /,
  );
});
