/**
 * Every row of every registry that a recipe can name: made from its example, written down, read back, trained with for a few
 * updates by a sweep, and resumed to what the sweep made. A row that somebody adds is tested here without this file being touched.
 */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { buffers, orders } from "../../src/corpus/index.js";
import { mixtures } from "../../src/mixture/index.js";
import { isMade, type Made, makeOf, type Registry, type Written, write } from "../../src/registry.js";
import type { RunData } from "../../src/runs/index.js";
import { sweep } from "../../src/sweep/index.js";
import * as train from "../../src/train/index.js";
import { save } from "../../src/model/index.js";
import { fresh, specialsFor } from "../../src/train/pretrain.js";
import { train as trainTokenizer } from "../../src/vocab/index.js";
import { bare, folder, language, sameWeights } from "./tiny.js";

const root = folder();

const encoder = { folder: "encoder" };

/** A text of an even number of documents. */
const evenly = { train: "old.jsonl", heldOut: "new.jsonl" };
const onPairs = { context: 15, corpus: { files: { old: evenly, new: evenly } } };

/** Where a recipe names a thing of each registry. */
const places: Record<string, { registry: Registry<Made>; place: (written: Written) => object }> = {
  mixture: { registry: mixtures, place: (mixture) => ({ mixture }) },
  schedule: { registry: train.schedules, place: (schedule) => ({ schedule }) },
  optimiser: { registry: train.optimisers, place: (optimiser) => ({ optimiser }) },
  objective: {
    registry: train.objectives,
    place: (objective) => ({
      objective,
      ...(["masked", "tlm"].includes(objective.name) && { model: encoder }),
      ...(makeOf<train.Objective>(train.objectives, objective).order === "pairs" && {
        order: { name: "pairs" },
        ...onPairs,
      }),
    }),
  },
  parameters: { registry: train.parameters, place: (parameters) => ({ parameters }) },
  part: {
    registry: train.parts,
    place: (part) => ({ parts: [part], ...(part.name === "o-lora" && { parameters: { name: "lora" } }) }),
  },
  buffer: { registry: buffers, place: (buffer) => ({ buffer }) },
  order: {
    registry: orders,
    place: (order) => ({
      order,
      // Of windows that are padded, what is read as well is what counts.
      ...(["packed", "pairs"].includes(order.name) && { objective: { name: "answers" } }),
      ...(order.name === "pairs" && onPairs),
    }),
  },
  evaluator: {
    registry: train.evaluators,
    place: (each) => ({
      evaluate: { at: [0, 3], bytes: 500, also: [each] },
      ...(each.name === "masked-loss" && { model: encoder, objective: { name: "masked" } }),
      ...(each.name === "averages" && { parts: [{ name: "ema" }] }),
    }),
  },
};

const recipe = {
  corpus: { files: { old: "old.jsonl", new: "new.jsonl" }, heldOut: 0.1 },
  model: { folder: "decoder" },
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

const rows = Object.entries(places).flatMap(([kind, { registry, place }]) =>
  Object.entries(registry).map(([name, row]) => {
    const options = row.example as object;
    const asked = { ...recipe, ...place({ name, ...options } as Written), name: `${kind}-${name}` };
    const nonsense = { ...recipe, ...place({ name, ...options, nonsense: 1 } as Written) };
    return { kind, name, row, nonsense, job: train.parseRecipe(JSON.parse(JSON.stringify(asked))) };
  }),
);

/** What one sweep made of all of them, by the name of the job. */
const swept = new Map<string, RunData>();
before(async () => {
  const texts = [...language("old").train, ...language("new").train];
  const tokenizer = await trainTokenizer({ texts, size: 280, specials: specialsFor({ architecture: "roberta" }) });
  const config = { width: 16, layers: 1, heads: 2, kvHeads: 2, ffn: 32, context: 24 };
  for (const [name, architecture] of Object.entries({ decoder: "llama", encoder: "roberta" })) {
    const model = fresh({ size: "nano", tokenizer, seed: 1, config: { ...config, architecture } });
    save({ dir: join(root, name), model });
  }
  const { rows: ends, runs } = await sweep({ jobs: rows.map(({ job }) => job), dir: join(root, "sweep"), from: root });
  assert.deepEqual(
    ends.filter((end) => end?.status !== "finished").map((end) => end?.error),
    [],
  );
  rows.forEach(({ job }, i) => swept.set(job.name!, runs[i]!));
});

for (const { kind, name, row, nonsense, job } of rows)
  test(`${kind} ${name}: made, written, read back, trained with in a sweep, resumed`, async () => {
    assert.ok(row.summary.length > 0 && !row.summary.includes("\n"));
    assert.match(row.reference, /https:\/\/|\b(19|20)\d\d\b/);
    const made = row.make(row.options.parse(row.example)) as Made;
    assert.equal(made.name, name);
    assert.ok(isMade(made), "its make returns made(...)");
    const written = JSON.parse(JSON.stringify(write(made))) as Written;
    const { name: _, ...options } = written;
    assert.deepEqual(write(row.make(row.options.parse(options)) as Made), write(made), "its options make it again");
    assert.deepEqual(train.parseRecipe(JSON.parse(JSON.stringify(job))), job);
    assert.throws(() => train.parseRecipe(nonsense), /nonsense/);

    const whole = train.open(swept.get(job.name!)!.dir);
    assert.equal(whole.steps.length, recipe.steps);
    const dir = join(root, "cut", job.name!);
    const stop = new AbortController();
    const onStep = ({ step }: { step: number }): void => void (step === 2 && stop.abort());
    await train.runRecipe({ recipe: job, dir, from: root, signal: stop.signal, onStep });
    const resumed = await train.runRecipe({ recipe: job, dir, from: root, resume: true });
    sameWeights(resumed.model.weights, whole.model.weights);
    sameWeights(resumed.modules?.trained ?? {}, whole.modules?.trained ?? {});
    assert.deepEqual(bare(resumed), bare(whole));
    assert.deepEqual(resumed.measurements, whole.measurements);
    assert.deepEqual(resumed.record.recipe, whole.record.recipe);
  });
