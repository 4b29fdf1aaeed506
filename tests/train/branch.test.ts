import assert from "node:assert/strict";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fixed, odm } from "../../src/mixture/index.js";
import { load } from "../../src/model/index.js";
import * as train from "../../src/train/index.js";
import type { Progress } from "../../src/types.js";
import { folder, language, sameWeights, tinyModel } from "./tiny.js";

const root = folder();
const on = { old: language("old"), new: language("new") };
const options = { on, batch: 2, evaluateAt: [] as number[] };
const mixture = fixed({ old: 0.5, new: 0.5 });
const schedule = train.cosine({ peak: 1e-2 });

/** Twelve updates, kept at 4 and 8. */
const parent = (async () =>
  train.continue(await tinyModel(), {
    ...options,
    mixture,
    schedule,
    steps: 12,
    dir: join(root, "stable"),
    snapshots: { every: 4 },
    checkpointEvery: 1,
    name: "stable",
  }))();

test("snapshots are model folders, and their checkpoints stay", async () => {
  const { dir, model } = await parent;
  const step = (n: number): string => `step-${String(n).padStart(8, "0")}`;
  assert.deepEqual(readdirSync(join(dir!, "snapshots")).sort(), [4, 8, 12].map(step));
  assert.deepEqual(readdirSync(join(dir!, "checkpoints")).sort(), [4, 8, 11, 12].map(step));
  sameWeights(load(join(dir!, "snapshots", step(12))).weights, model.weights);
  assert.deepEqual(train.snapshotPoints({ steps: 10, log: true, at: [0, 3] }), [0, 1, 2, 3, 4, 8]);
});

test("a branch that keeps everything goes on to the same bytes as the run itself", async () => {
  const run = await parent;
  const heard: Progress[] = [];
  const again = await train.branch(run, { ...options, at: 4, steps: 8, onProgress: (each) => heard.push(each) });
  sameWeights(again.model.weights, run.model.weights);
  assert.deepEqual(
    again.steps.map(({ loss }) => loss),
    run.steps.slice(4).map(({ loss }) => loss),
  );
  const line = "branch of stable at step 4: optimiser kept, place in the text kept, schedule kept, mixture kept";
  assert.ok(heard.some(({ label }) => label === line));
  assert.equal(again.record.notes!.branch, line);
});

test("a branch that keeps a mixture which follows the run goes on from what it had seen", async () => {
  const common = { ...options, schedule, steps: 8, snapshots: { at: [4] } };
  const dir = join(root, "bandit");
  const run = await train.continue(await tinyModel(), { ...common, mixture: odm({ domains: ["old", "new"] }), dir });
  const again = await train.branch(run, { ...options, at: 4, steps: 4 });
  const asked = ({ steps }: train.Run): unknown[] => steps.map((row) => row.share_old);
  assert.deepEqual(asked(again), asked(run).slice(4));
  assert.ok(new Set(asked(again)).size > 1);
  sameWeights(again.model.weights, run.model.weights);
});

test("each of optimiser, text, schedule and mixture can begin anew, and another is another run", async () => {
  const run = await parent;
  const choices: train.BranchChoices[] = [
    {},
    { moments: "new" },
    { data: "new" },
    { schedule: train.constant({ peak: 1e-3 }) },
    { mixture: fixed({ new: 1 }) },
  ];
  const made = [];
  for (const choice of choices) made.push(await train.branch(run, { ...options, at: 8, steps: 2, ...choice }));
  assert.equal(new Set(made.map(({ record }) => JSON.stringify(record.recipe))).size, choices.length);
  assert.equal(new Set(made.map(({ model }) => model.weights["model.norm.weight"]!.data.join())).size, choices.length);
});

test("a branch in a folder is resumed to the same bytes", async () => {
  const run = await parent;
  const whole = await train.branch(run, { ...options, at: 8, steps: 4 });
  const dir = join(root, "branch");
  const stop = new AbortController();
  const onStep = ({ step }: { step: number }): void => void (step === 2 && stop.abort());
  await train.branch(run, { ...options, at: 8, steps: 4, dir, signal: stop.signal, onStep });
  const resumed = await train.branch(run, { ...options, at: 8, steps: 4, dir, resume: true });
  sameWeights(resumed.model.weights, whole.model.weights);
  assert.ok(existsSync(join(dir, "run.json")));
});

test("a run finished without its optimiser is the same run, says what it cannot do any more, and can still be mended", async () => {
  const recipe = { ...options, mixture, schedule, steps: 4, checkpointEvery: 1, snapshots: { at: [2] }, name: "lean" };
  const whole = await train.continue(await tinyModel(), { ...recipe, dir: join(root, "whole") });
  const dir = join(root, "lean");
  const heard: string[] = [];
  const onProgress = ({ label }: Progress): void => void heard.push(label);
  const lean = await train.continue(await tinyModel(), { ...recipe, dir, dropOptimiser: true, onProgress });
  sameWeights(lean.model.weights, whole.model.weights);
  assert.deepEqual(lean.record.recipe, whole.record.recipe);
  assert.ok(heard.includes("lean: finished, and its optimiser dropped: a branch from here begins its moments anew"));
  const checkpoints = join(dir, "checkpoints");
  assert.deepEqual(readdirSync(checkpoints).sort(), ["step-00000002", "step-00000004"]);
  const slots = (step: string): number => Object.keys(train.readCheckpoint(join(checkpoints, step)).slots).length;
  assert.deepEqual([slots("step-00000002") > 0, slots("step-00000004")], [true, 0]);

  const onward = { ...options, mixture, schedule: train.constant({ peak: 1e-3 }), steps: 1 };
  await assert.rejects(train.branch(lean, onward), {
    message:
      'branch: invalid moments: keep (lean was finished without its optimiser; "new" begins it anew, or give the step of a snapshot as at)',
  });
  const [anew, other] = await Promise.all(
    [lean, whole].map((run) => train.branch(run, { ...onward, moments: "new" as const })),
  );
  sameWeights(anew!.model.weights, other!.model.weights);
  assert.ok((await train.branch(lean, { ...onward, at: 2 })).record.notes!.branch);

  rmSync(join(dir, "model", "model.safetensors"));
  const mended = await train.continue(await tinyModel(), { ...recipe, dir, resume: true });
  sameWeights(mended.model.weights, whole.model.weights);
  sameWeights(train.open(dir).model.weights, whole.model.weights);
});

test("what cannot be branched from is refused in one line", async () => {
  const run = await parent;
  await assert.rejects(
    train.branch(run, { ...options, at: 5, steps: 1 }),
    /^Error: branch: invalid at: 5 \(.*checkpoints has steps 4, 8, 11, 12; snapshots are kept\)$/,
  );
  await assert.rejects(
    train.branch(run, { ...options, at: 8, steps: 5 }),
    /^Error: onward: invalid steps: 5 \(cosine ends/,
  );
  await assert.rejects(
    train.branch(run, { ...options, at: 8, steps: 1, trainable: "tables" }),
    /^Error: train: invalid checkpoint of step 0: adamw\.\S+ is .*, this run's is /,
  );
  const memory = await train.continue(run.model, { ...options, mixture, schedule, steps: 1 });
  await assert.rejects(train.branch(memory, { ...options, steps: 1 }), /^Error: branch: invalid run: it has no folder/);
  await assert.rejects(
    train.continue(run.model, { ...options, mixture, schedule, steps: 1, snapshots: { every: 1 } }),
    /^Error: train: invalid snapshots: there is no folder/,
  );
});
