/** What a step keeps for its backward pass changes its memory and not its numbers. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { choose, type Device } from "../../src/engine/index.js";
import { namedNodes } from "../../src/engine/onnx.js";
import { trace } from "../../src/engine/trace.js";
import { fixed } from "../../src/mixture/index.js";
import type { Memory } from "../../src/model/index.js";
import * as train from "../../src/train/index.js";
import { families } from "../engine/models.js";
import { bare, folder, language, sameWeights, tinyModel } from "./tiny.js";

const root = folder();
const common = {
  on: { old: language("old"), new: language("new") },
  mixture: fixed({ old: 0.25, new: 0.75 }),
  schedule: train.rewarm({ peak: 3e-3 }),
  steps: 4,
  batch: 3,
  evaluateAt: [0, 4],
};

const cases: Record<string, Partial<train.RunOptions>> = {
  plain: {},
  "layers frozen": { trainable: { embedding: { from: 280 } } },
  LoRA: { parameters: train.lora({ rank: 2 }) },
  "batches added up": { accumulate: 2 },
};
for (const [name, change] of Object.entries(cases))
  test(`${name}: layers made again in the backward pass leave the same bytes`, async () => {
    const model = await tinyModel();
    const kept = await train.continue(model, { ...common, ...change });
    const again = await train.continue(model, { ...common, ...change, memory: "layers" });
    sameWeights(again.model.weights, kept.model.weights);
    assert.deepEqual(bare(again), bare(kept));
  });

test("the eager reference makes layers again as well", async () => {
  const engine = await choose({ device: "reference" as Device });
  const [kept, again] = await Promise.all(
    (["keep", "layers"] as Memory[]).map(async (memory) =>
      train.continue(await tinyModel(), { ...common, steps: 1, batch: 1, evaluateAt: [], memory, engine }),
    ),
  );
  sameWeights(again!.model.weights, kept!.model.weights);
});

/** Products of two matrices in a step. */
function products(memory: Memory, trainable?: train.Trainable): number {
  const config = families.llama;
  const { fn, signature } = train.trainStep({
    config,
    batch: 2,
    context: 8,
    objective: train.causal(),
    optimiser: train.adamw(),
    memory,
    leaves: train.selection({ trainable }).of({ config, seed: 1 }),
  });
  const { graph, state, outputs } = trace(fn, signature, "cpu");
  return namedNodes(graph, { ...state, ...outputs }).filter(({ op }) => op === "Gemm").length;
}

test("a layer's second pass is all but its last product, and asks for no gradient that nobody wants", () => {
  const again = 6 * families.llama.layers;
  assert.equal(products("layers"), products("keep") + again);
  const tables = { embedding: "all" } as const;
  assert.equal(products("layers", tables), products("keep", tables) + again);
});

test("it belongs to what a run is, where it is not the default", async () => {
  const recipe = async (memory?: Memory): Promise<Record<string, unknown>> => {
    const dir = join(root, memory ?? "default");
    const run = await train.continue(await tinyModel(), { ...common, steps: 1, evaluateAt: [], memory, dir });
    return run.record.recipe as Record<string, unknown>;
  };
  assert.equal((await recipe("layers")).memory, "layers");
  assert.ok(!("memory" in (await recipe())));
  await assert.rejects(
    train.continue(await tinyModel(), { ...common, memory: "less" as Memory }),
    /^Error: train: invalid memory: less \(keep or layers\)$/,
  );
});
