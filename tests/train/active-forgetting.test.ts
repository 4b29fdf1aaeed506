import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fixed } from "../../src/mixture/index.js";
import * as train from "../../src/train/index.js";
import { begin } from "./kills.js";
import { bare, folder, language, tinyModel } from "./tiny.js";

const root = folder();
const table = "model.embed_tokens.weight";
const options = {
  on: { old: language("old"), new: language("new") },
  mixture: fixed({ old: 0.5, new: 0.5 }),
  schedule: train.constant({ peak: 1e-3 }),
  optimiser: { clip: Infinity, weightDecay: 0 },
  batch: 4,
  heldOutBytes: 2000,
};

test("the table is drawn anew and takes a first step; the body goes on", async () => {
  const model = await tinyModel();
  const at = async (steps: number, every?: number) => {
    const parts = every === undefined ? [] : [train.activeForgetting({ every })];
    return train.continue(model, { ...options, steps, evaluateAt: [], parts });
  };
  const [plain, before, after] = [await at(4), await at(4, 4), await at(5, 4)];
  // Up to the first reset nothing is different, and no reset ends a run.
  plain.model.weights[table]!.data.forEach((value, i) =>
    assert.ok(Math.abs(value - before.model.weights[table]!.data[i]!) <= 1e-6),
  );
  const learned = before.model.weights[table]!.data;
  const { data } = after.model.weights[table]!;
  // The reset again, from what the run says of itself: the update after it is the first of its own, so every number of
  // the table moved by the whole rate, whatever its gradient; the moments of four updates would move most by less.
  const reset = train.activeForgetting({ every: 4 }).begin({
    ...model,
    leaves: train.allOf(model.config),
    optimiser: train.adamw(),
    schedule: options.schedule,
    steps: 6,
    seed: after.record.seed,
    shards: {},
    batch: 1,
    context: 16,
  });
  assert.equal(reset.before!(3), undefined);
  const drawn = reset.before!(4)![table]!.data as Float32Array;
  const moves = [...data].map((value, i) => Math.abs(value - drawn[i]!));
  const whole = moves.filter((move) => Math.abs(move - 1e-3) < 2e-5).length;
  assert.ok(whole > 0.95 * moves.length, `${whole} of ${moves.length} numbers moved by the rate`);
  const deviation = Math.sqrt(drawn.reduce((sum, value) => sum + value * value, 0) / drawn.length);
  assert.ok(Math.abs(deviation - 0.02) < 0.001, String(deviation));
  assert.ok(Math.abs(correlation(learned, data)) < 0.05);
  // Nothing of the body was drawn.
  for (const name of Object.keys(model.weights).filter((other) => other !== table && !other.includes("norm")))
    assert.ok(correlation(before.model.weights[name]!.data, after.model.weights[name]!.data) > 0.99, name);
});

function correlation(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array): number => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

test("the table's learning rate goes through the schedule once between resets", async () => {
  const { config, weights } = await tinyModel();
  const schedule = train.cosine({ peak: 1, warmup: 0.25 });
  const optimiser = train.adamw();
  const leaves = train.allOf(config);
  const rest = { steps: 6, seed: 1, shards: {}, batch: 1, context: 16 };
  const part = train.activeForgetting({ every: 8 }).begin({ config, weights, leaves, optimiser, schedule, ...rest });
  const scalars = (step: number): object => part.scalars!(step);
  for (const step of [1, 8, 9, 12, 16, 17]) {
    const since = ((step - 1) % 8) + 1;
    const { rate, floor } = optimiser.scalars(since, schedule.learningRate(since, 8));
    assert.deepEqual(scalars(step), { ...scalars(step), [`rate.${table}`]: rate, [`floor.${table}`]: floor });
  }
  assert.deepEqual(scalars(3), scalars(19));
});

test("killed around resets and resumed: the same bytes as never killed", async () => {
  const made = await train.job(await tinyModel(), {
    ...options,
    optimiser: undefined,
    steps: 400,
    checkpointEvery: 10,
    parts: [train.activeForgetting({ every: 10 })],
  });
  const path = join(root, "recipe.json");
  writeFileSync(path, JSON.stringify(made));
  const [whole, killed] = [join(root, "whole"), join(root, "killed")];
  await train.runRecipe({ recipe: made, dir: whole, threads: 1 });
  for (let kill = 0; kill < 3; kill++) {
    const child = begin(path, killed, 100);
    await once(child.stdout!, "data");
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  const last = begin(path, killed);
  last.stdout!.resume();
  assert.deepEqual((await once(last, "exit"))[0], 0);
  const weights = (dir: string): Buffer => readFileSync(join(dir, "model", "model.safetensors"));
  assert.ok(weights(killed).equals(weights(whole)), "the weights differ");
  assert.deepEqual(bare(train.open(killed)), bare(train.open(whole)));
  await assert.rejects(
    train.runRecipe({
      recipe: { ...made, parts: [{ name: "active-forgetting", every: 20 }] },
      dir: killed,
      resume: true,
      threads: 1,
    }),
    /train: invalid parts: .*"every":20/,
  );
});

test("a table that is frozen cannot be forgotten", async () => {
  await assert.rejects(
    train.continue(await tinyModel(), {
      ...options,
      steps: 1,
      trainable: "new-rows",
      newRows: { from: 280 },
      parts: [train.activeForgetting({ every: 5 })],
    }),
    /activeForgetting: the embedding is frozen, or trained in part/,
  );
});
