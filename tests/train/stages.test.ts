import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fixed } from "../../src/mixture/index.js";
import * as train from "../../src/train/index.js";
import { fresh } from "../../src/train/pretrain.js";
import type { LanguageModel } from "../../src/types.js";
import { bare, folder, language, sameWeights, tinyModel } from "./tiny.js";

const root = folder();
const options = {
  on: { old: language("old"), new: language("new") },
  mixture: fixed({ old: 0.3, new: 0.7 }),
  schedule: train.rewarm({ peak: 1e-2 }),
  newRows: { from: 280 },
  steps: 3,
  batch: 2,
  heldOutBytes: 2000,
  stages: train.stages.eeve.stages,
};

async function untied(): Promise<LanguageModel> {
  const { tokenizer, config } = await tinyModel();
  return fresh({ size: "nano", tokenizer, seed: 1, config: { ...config, tied: false } });
}

test("stages follow one another: rows count through, each has its own seed, the last is the run", async () => {
  const model = await untied();
  const dir = join(root, "eeve");
  const seen: number[] = [];
  const run = await train.continueInStages(model, { ...options, dir, onStep: ({ step }) => seen.push(step) });
  assert.deepEqual(
    run.steps.map(({ step }) => step),
    Array.from({ length: 21 }, (_, i) => i + 1),
  );
  assert.deepEqual(
    seen,
    run.steps.map(({ step }) => step),
  );
  assert.equal(run.steps.at(-1)!.tokens, 21 * 2 * 16);
  assert.equal(run.steps[20]!.stage, "layers");
  const points = run.evaluations.filter(({ domain }) => domain === "new").map(({ step }) => step);
  assert.deepEqual(points, [...new Set(points)]);
  assert.deepEqual([points[0], points.at(-1)], [0, 21]);
  assert.deepEqual(
    run.stages.map(({ record }) => record.seed),
    [1, 2, 3, 4, 5, 6, 7],
  );
  assert.deepEqual(readdirSync(join(dir, "stages")), [
    "1-new-input-rows",
    "2-new-output-rows",
    "3-new-rows",
    "4-all-output-rows",
    "5-new-input-rows-all-output-rows",
    "6-everything",
  ]);
  sameWeights(train.open(dir).model.weights, run.model.weights);
  // Each stage is what `continue` makes of the model before it.
  const third = await train.continue(run.stages[1]!.model, { ...options, trainable: "new-rows", seed: 3 });
  sameWeights(third.model.weights, run.stages[2]!.model.weights);
  assert.deepEqual(bare(third), bare(run.stages[2]!));
});

test("stopped within a stage and resumed: the same bytes as never stopped", async () => {
  const model = await untied();
  const whole = await train.continueInStages(model, options);
  const dir = join(root, "stopped");
  for (const stopAt of [5, 10]) {
    const controller = new AbortController();
    const { signal } = controller;
    const onStep = ({ step }: { step: number }): void => void (step === stopAt && controller.abort());
    const part = await train.continueInStages(model, { ...options, dir, resume: true, signal, onStep });
    assert.equal(part.stopped, true);
    assert.equal(part.steps.length, stopAt);
  }
  assert.ok(!existsSync(join(dir, "run.json")));
  const run = await train.continueInStages(model, { ...options, dir, resume: true });
  sameWeights(run.model.weights, whole.model.weights);
  assert.deepEqual(bare(run), bare(whole));
  await assert.rejects(
    train.continueInStages(model, { ...options, dir, resume: true, stages: [{ name: "new rows", trainable: "all" }] }),
    /train: invalid (model|trained|seed): /,
  );
  await assert.rejects(train.continueInStages(model, { ...options, dir }), /already holds a run/);
});

test("a recipe has stages of its own", async () => {
  const model = await untied();
  const { newRows: _, stages: __, ...plain } = options;
  const job = await train.job(model, plain);
  const stages = [
    { name: "rows", trainable: { embedding: "new", head: "new" }, steps: 2 },
    { name: "rest", trainable: "all", seed: 9, schedule: { name: "constant", peak: 1e-3 }, mixture: { old: 1 } },
  ] as const;
  const recipe = train.parseRecipe({ ...job, stages, newRows: { from: 280 }, evaluate: undefined });
  const there = (await train.runRecipe({ recipe, dir: join(root, "recipe"), threads: 1 })) as train.StagedRun;
  assert.deepEqual(
    there.stages.map(({ record, steps }) => [record.seed, steps.length, record.shares!.asked.old]),
    [
      [1, 2, 0.3],
      [9, 3, 1],
    ],
  );
  const here = await train.continueInStages(model, {
    ...options,
    stages: [
      { name: "rows", trainable: "new-rows", steps: 2 },
      {
        name: "rest",
        trainable: "all",
        seed: 9,
        schedule: train.constant({ peak: 1e-3 }),
        mixture: fixed({ old: 1 }),
      },
    ],
  });
  sameWeights(here.model.weights, there.model.weights);
});

test("stages that cannot be are refused in one line", async () => {
  const { stages: _, ...plain } = options;
  const { evaluate: __, newRows: ___, ...job } = await train.job(await untied(), plain);
  const cases: [object, string][] = [
    [{ stages: "eve" }, 'recipe: invalid stages: "eve" (expected eeve, or a list of stages)'],
    [{ stages: [{ name: "a" }] }, "recipe: missing field: stages.0.trainable"],
    [{ stages: "eeve" }, 'recipe: invalid trainable: {"embedding":"new"} (say which rows are new'],
    [{ stages: "eeve", newRows: { from: 3 }, trainable: "all" }, 'recipe: invalid trainable: "all" (each of the'],
    [{ stages: [{ name: "a", trainable: "all", step: 3 }] }, "recipe: unknown field: stages.0.step"],
    [{ stages: [{ name: "a", trainable: "all", mixture: { fi: 1 } }] }, 'recipe: invalid mixture: "fi"'],
    [{ trainable: { embeddings: "all" } }, "recipe: unknown field: trainable.embeddings"],
    [{ trainable: { layers: [0.5] } }, "recipe: invalid trainable.layers.0: 0.5 (expected a whole number)"],
    [{ trainable: { embedding: "old" } }, 'recipe: invalid trainable.embedding: "old"'],
    [{ trainable: "rows" }, 'recipe: invalid trainable: "rows" (expected one of all, new-rows, tables, body, 2x2LS,'],
    [{ newRows: 3 }, 'recipe: invalid newRows: 3 (expected ids, or { "from": id })'],
    [{ activeForgetting: { every: 0 } }, "recipe: invalid activeForgetting.every: 0"],
  ];
  for (const [extra, line] of cases)
    assert.throws(
      () => train.parseRecipe({ ...job, ...extra }),
      ({ message }: Error) => {
        assert.ok(message.startsWith(line) && !message.includes("\n"), `${message}\nis not\n${line}`);
        return true;
      },
    );
});
