/** The estimate of a run's memory, beside peaks that were measured with recipes of these shapes on an x64 machine under Node 20. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { save } from "../../src/model/index.js";
import * as train from "../../src/train/index.js";
import { folder, tinyModel } from "./tiny.js";

const root = folder();
const common = {
  corpus: { files: { a: "a.txt", b: "b.txt" } },
  mixture: { a: 0.5, b: 0.5 },
  schedule: { name: "constant", peak: 1e-3 },
  steps: 4,
};
type Asked = Pick<train.Recipe, "model"> & Partial<train.Recipe>;
const needed = (recipe: Asked): number => train.memoryNeeded({ ...common, ...recipe }, root);

/** Megabytes: `process.resourceUsage().maxRSS` at the end. */
const measured: [megabytes: number, recipe: Asked][] = [
  [990, { model: { size: "tiny" }, objective: { name: "kl" } }],
  [780, { model: { size: "tiny" }, objective: { name: "kl", top: 32 } }],
  [1120, { model: { size: "tiny" }, objective: { name: "lwf" } }],
  [624, { model: { size: "tiny" }, objective: { name: "self-distillation" } }],
  [620, { model: { size: "tiny" }, objective: { name: "kl" }, memory: "layers" }],
  [1044, { model: { size: "tiny", vocabSize: 16384 }, objective: { name: "kl" }, memory: "layers" }],
  [578, { model: { size: "nano", vocabSize: 8192 } }],
  [1852, { model: { size: "small", vocabSize: 8192 } }],
  [1354, { model: { size: "medium", vocabSize: 8192 }, batch: 4 }],
  [3259, { model: { size: "large", vocabSize: 49152 }, batch: 2, context: 256 }],
];

test("it is what was measured, and up to a fifth more", () => {
  for (const [megabytes, recipe] of measured) {
    const ratio = needed(recipe) / (megabytes * 1e6);
    assert.ok(ratio > 1 && ratio < 1.2, `${JSON.stringify(recipe)}: ${ratio} of what was measured`);
  }
});

test("it counts what is asked for: rows, adapters, optimisers, precision, a base, sums, stages, layers made again; and reads a folder", async () => {
  const model = { size: "large", vocabSize: 49152 };
  const [plain, P] = [needed({ model, batch: 1 }), 4 * 134e6];
  const less = (recipe: Partial<train.Recipe>): number => plain - needed({ model, batch: 1, ...recipe });
  assert.ok(less({ trainable: "new-rows", newRows: { from: 49000 } }) > 2.5 * P);
  assert.ok(less({ parameters: { name: "lora" } }) > 2.5 * P);
  assert.ok(less({ optimiser: { name: "lion" } }) > 0.9 * P);
  assert.ok(less({ memory: "layers" }) > 0.5 * P);
  assert.ok(less({ optimiser: { moments: "8-bit" } }) > 1.45 * P);
  assert.ok(less({ precision: "float16" }) < -0.4 * P);
  assert.ok(less({ mixture: { name: "doremi", domains: ["a", "b"] } }) < -0.9 * P);
  assert.ok(less({ accumulate: 2 }) < -0.9 * P);
  assert.ok(less({ extend: { on: "a", newTokens: 8000 } }) < 0);
  assert.equal(
    less({
      stages: [
        { name: "all", trainable: "all" },
        { name: "body", trainable: "body" },
      ],
    }),
    0,
  );
  const small = await tinyModel();
  save({ dir: join(root, "tiny"), model: small });
  const shape = { batch: 1, context: 16 };
  assert.ok(needed({ model: { folder: "tiny" }, ...shape }) < needed({ model: { size: "nano" }, ...shape }));
});
