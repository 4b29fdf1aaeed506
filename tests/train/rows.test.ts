/**
 * Every row of every registry that a recipe can name: made from its example, written down, read back, and trained with for a
 * few updates. A row that somebody adds is tested here without this file being touched.
 */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { orders } from "../../src/corpus/index.js";
import { mixtures } from "../../src/mixture/index.js";
import { isMade, type Made, type Registry, type Written, write } from "../../src/registry.js";
import * as train from "../../src/train/index.js";
import { bare, folder, language, sameWeights } from "./tiny.js";

const root = folder();

const encoder = { size: "nano", vocabSize: 280, architecture: "roberta" };

/** Where a recipe names a thing of each registry. */
const places: Record<string, { registry: Registry<Made>; place: (written: Written) => object }> = {
  mixture: { registry: mixtures, place: (mixture) => ({ mixture }) },
  schedule: { registry: train.schedules, place: (schedule) => ({ schedule }) },
  optimiser: { registry: train.optimisers, place: (optimiser) => ({ optimiser }) },
  objective: {
    registry: train.objectives,
    place: (objective) => ({ objective, ...(objective.name === "masked" && { model: encoder }) }),
  },
  parameters: { registry: train.parameters, place: (parameters) => ({ parameters }) },
  part: { registry: train.parts, place: (part) => ({ parts: [part] }) },
  order: { registry: orders, place: (order) => ({ order }) },
  evaluator: {
    registry: train.evaluators,
    place: (each) => ({
      evaluate: { at: [0, 3], bytes: 500, also: [each] },
      ...(each.name === "masked-loss" && { model: encoder, objective: { name: "masked" } }),
    }),
  },
};

const recipe = {
  corpus: { files: { old: "old.jsonl", new: "new.jsonl" }, heldOut: 0.1 },
  model: { size: "nano", vocabSize: 280 },
  mixture: { old: 0.5, new: 0.5 },
  schedule: { name: "constant", peak: 1e-3 },
  steps: 4,
  batch: 2,
  context: 16,
  evaluate: { at: [0, 3], bytes: 500 },
  checkpointEvery: 1,
  engine: { device: "cpu", threads: 1 },
};

for (const name of ["old", "new"] as const)
  writeFileSync(
    join(root, `${name}.jsonl`),
    language(name)
      .train.map((text) => JSON.stringify({ text }) + "\n")
      .join(""),
  );

for (const [kind, { registry, place }] of Object.entries(places))
  for (const [name, row] of Object.entries(registry))
    test(`${kind} ${name}: made, written, read back, trained with, resumed`, async () => {
      assert.ok(row.summary.length > 0 && !row.summary.includes("\n"));
      assert.match(row.reference, /https:\/\/|\b(19|20)\d\d\b/);
      const made = row.make(row.options.parse(row.example)) as Made;
      assert.equal(made.name, name);
      assert.ok(isMade(made), "its make returns made(...)");
      const written = JSON.parse(JSON.stringify(write(made))) as Written;
      const { name: _, ...options } = written;
      assert.deepEqual(write(row.make(row.options.parse(options)) as Made), write(made), "its options make it again");

      const asked = { ...recipe, ...place({ name, ...row.example } as Written) };
      const parsed = train.parseRecipe(JSON.parse(JSON.stringify(asked)));
      assert.deepEqual(train.parseRecipe(JSON.parse(JSON.stringify(parsed))), parsed);
      assert.throws(
        () => train.parseRecipe({ ...recipe, ...place({ name, ...row.example, nonsense: 1 } as Written) }),
        /nonsense/,
      );

      const dir = (of: string): string => join(root, `${kind}-${name}`, of);
      mkdirSync(dir("."), { recursive: true });
      const whole = await train.runRecipe({ recipe: parsed, dir: dir("whole"), from: root });
      assert.equal(whole.steps.length, recipe.steps);
      const stop = new AbortController();
      const onStep = ({ step }: { step: number }): void => void (step === 2 && stop.abort());
      await train.runRecipe({ recipe: parsed, dir: dir("cut"), from: root, signal: stop.signal, onStep });
      const resumed = await train.runRecipe({ recipe: parsed, dir: dir("cut"), from: root, resume: true });
      sameWeights(resumed.model.weights, whole.model.weights);
      assert.deepEqual(bare(resumed), bare(whole));
      assert.deepEqual(resumed.measurements, whole.measurements);
      const { seed: _seed, ...known } = whole.record.recipe as Record<string, unknown>;
      assert.deepEqual({ ...known, seed: 1 }, { ...(resumed.record.recipe as object) });
    });
