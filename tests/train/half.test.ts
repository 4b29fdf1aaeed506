/** A run that starts from a folder in half precision: its model/ is in that precision, its own weights are float32. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { fixed } from "../../src/mixture/index.js";
import { load, readSafetensors, save, writeSafetensors } from "../../src/model/index.js";
import { constant, continue as continueTraining, dora, open } from "../../src/train/index.js";
import { folder, language, sameWeights, tinyModel } from "./tiny.js";

const root = folder();

for (const [method, parameters] of Object.entries({ "all weights": undefined, DoRA: dora({ rank: 2 }) }))
  test(`${method}: model/ keeps the types of the folder; what goes on from the run is as exact as what was never read back`, async () => {
    save({ dir: join(root, "base"), model: await tinyModel() });
    const file = join(root, "base", "model.safetensors");
    const { weights } = readSafetensors(file);
    const dtypes = Object.fromEntries(Object.keys(weights).map((name) => [name, "BF16" as const]));
    writeSafetensors(file, weights, { dtypes });
    const options = {
      on: language("new"),
      mixture: fixed({ new: 1 }),
      schedule: constant({ peak: 1e-3 }),
      steps: 2,
      batch: 2,
      resume: true,
      parameters,
    };
    const base = load(join(root, "base"));
    const inMemory = await continueTraining(base, options);
    const dir = join(root, method);
    const inFolder = await continueTraining(base, { ...options, dir });
    assert.deepEqual(readSafetensors(join(dir, "model", "model.safetensors")).dtypes, dtypes);
    const name = "model.layers.0.mlp.up_proj.weight";
    assert.notDeepEqual(load(join(dir, "model")).weights[name], inMemory.model.weights[name]);
    for (const run of [inFolder, await continueTraining(base, { ...options, dir }), open(dir)])
      sameWeights(run.model.weights, inMemory.model.weights);
  });
