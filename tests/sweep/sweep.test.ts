import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fixed } from "../../src/mixture/index.js";
import { expand, readLedger, sweep } from "../../src/sweep/index.js";
import * as train from "../../src/train/index.js";
import { bare, folder, language, sameWeights, tinyModel } from "../train/tiny.js";
import { childrenOf, gone } from "./kills.js";
import { typescript } from "../node.js";

const root = folder();

async function jobs(shares: number[], steps = 6): Promise<train.Recipe[]> {
  const model = await tinyModel();
  const on = { old: language("old"), new: language("new") };
  const make = (share: number): Promise<train.Recipe> =>
    train.job(model, {
      on,
      mixture: fixed({ old: share, new: 1 - share }),
      schedule: train.rewarm({ peak: 1e-2 }),
      steps,
      batch: 2,
      heldOutBytes: 1000,
      evaluateAt: [0, steps],
      checkpointEvery: 50,
      name: `share ${share}`,
      labels: { share },
    });
  const made: train.Recipe[] = [];
  for (const share of shares) made.push(await make(share));
  return made;
}

test("two processes train what one would, byte for byte, and finished runs are not run again", async () => {
  const recipes = await jobs([0, 0.5, 1]);
  const dir = join(root, "first");
  const rows: number[] = [0, 0, 0];
  const progress: number[] = [];
  const result = await sweep({
    jobs: [...recipes, recipes[0]!],
    dir,
    processes: 2,
    onRows: (job, batch) => job < 3 && (rows[job]! += batch.length),
    onProgress: ({ done }) => progress.push(done),
  });
  assert.equal(result.stopped, false);
  assert.deepEqual(rows, [10, 10, 10]);
  assert.equal(progress.at(-1), 24);
  assert.deepEqual(
    progress,
    [...progress].sort((a, b) => a - b),
  );
  assert.deepEqual(
    result.runs.map(({ record }) => record.labels!.share),
    [0, 0.5, 1, 0],
  );
  const alone = await train.runRecipe({ recipe: recipes[1]!, dir: join(root, "alone"), threads: 1 });
  const pooled = train.open(result.runs[1]!.dir);
  sameWeights(pooled.model.weights, alone.model.weights);
  assert.deepEqual(bare(pooled), bare(alone));

  const again = await sweep({ jobs: recipes, dir, onRow: () => assert.fail("a finished job was run again") });
  assert.deepEqual(again.rows, result.rows.slice(0, 3));
  assert.equal(readFileSync(join(dir, "sweep.jsonl"), "utf8").trim().split("\n").length, 3);
});

test("a failure is a row; after three in a row nothing more is begun", async () => {
  const [good] = await jobs([0.5]);
  const bad = (name: string): train.Recipe => ({ ...good!, name, model: { folder: join(root, "nowhere", name) } });
  const dir = join(root, "failing");
  const some = await sweep({ jobs: [bad("a"), bad("b"), good!, bad("c")], dir, processes: 1 });
  assert.deepEqual(
    some.rows.map((row) => row?.status),
    ["failed", "failed", "finished", "failed"],
  );
  assert.match(some.rows[0]!.error!, /^load: invalid model folder: .*nowhere/);
  assert.equal(some.stopped, true);
  assert.equal(some.runs.length, 1);
  const all = await sweep({ jobs: [bad("d"), bad("e"), bad("f"), bad("g"), bad("h")], dir, processes: 1 });
  assert.deepEqual(
    all.rows.map((row) => row?.status),
    ["failed", "failed", "failed", undefined, undefined],
  );
});

test("stopped, it saves what runs; called again, it goes on to the same bytes", async () => {
  const recipes = await jobs([0.25, 0.75], 100000);
  const dir = join(root, "stopped");
  const controller = new AbortController();
  const stopped = await sweep({
    jobs: recipes,
    dir,
    processes: 1,
    signal: controller.signal,
    onRows: () => controller.abort(),
  });
  assert.deepEqual(
    stopped.rows.map((row) => row?.status),
    ["interrupted", undefined],
  );
  const interrupted = join(
    dir,
    "runs",
    readdirSync(join(dir, "runs")).find((name) => name.startsWith("share-0.25"))!,
  );
  const recipe = { ...recipes[0]!, stopAt: train.open(interrupted).steps.length + 60 };
  const done = await sweep({ jobs: [recipe], dir });
  assert.deepEqual([done.rows[0]!.status, done.rows[0]!.step], ["paused", recipe.stopAt]);
  const whole = await train.runRecipe({ recipe, dir: join(root, "whole"), threads: 1 });
  sameWeights(train.open(interrupted).model.weights, whole.model.weights);
});

test("what a run says of itself is a note of the sweep's, under the run's name", async () => {
  const [recipe] = await jobs([0.5], 2);
  const parent = join(root, "parent");
  await train.runRecipe({ recipe: recipe!, dir: parent, threads: 1 });
  const branch: train.Recipe = { ...recipe!, name: "a branch", model: { run: parent } };
  const heard: string[] = [];
  const { notes } = await sweep({
    jobs: [branch],
    dir: join(root, "branches"),
    processes: 1,
    onNote: (note) => heard.push(note),
  });
  assert.match(notes.join("\n"), /^a branch: [^\n]*step 2[^\n]*$/);
  assert.deepEqual(heard, notes);
});

test("a killed sweep takes its processes along", { skip: process.platform !== "linux" && "reads /proc" }, async () => {
  const path = join(root, "killed.json");
  writeFileSync(path, JSON.stringify({ jobs: await jobs([0.1, 0.9], 100000), dir: join(root, "killed") }));
  const parent = spawn(process.execPath, [...typescript, join(__dirname, "child.ts"), path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(parent.stdout!, "data");
  const workers = childrenOf(parent.pid!);
  assert.ok(workers.length >= 1);
  parent.kill("SIGKILL");
  await once(parent, "exit");
  await gone(workers);
});

test("a grid is every combination, each checked and named", () => {
  const recipe = {
    name: "lr",
    corpus: { name: "npm", languages: ["en"] },
    model: { size: "nano" },
    mixture: { en: 1 },
    schedule: { name: "rewarm" },
    steps: 10,
  };
  const made = expand({ recipe, vary: { seed: [1, 2], "schedule.peak": [1e-3, 3e-4] } });
  assert.deepEqual(
    made.map(({ name, seed, schedule }) => [name, seed, (schedule as unknown as { peak: number }).peak]),
    [
      ["lr-0", 1, 1e-3],
      ["lr-1", 1, 3e-4],
      ["lr-2", 2, 1e-3],
      ["lr-3", 2, 3e-4],
    ],
  );
  assert.throws(() => expand({ recipe }), /sweep: missing field: schedule\.peak/);
  assert.throws(
    () => expand({ recipe, vary: { "schedule.peak": [1, NaN] } }),
    /sweep: run 1: invalid schedule\.peak: NaN/,
  );
  assert.throws(
    () => expand({ recipe, vary: Object.fromEntries(["a", "b", "c"].map((field) => [field, Array(100).fill(1)])) }),
    /sweep: invalid vary: a 100 × b 100 × c 100 values make 1000000 runs \(at most 10000; [^\n]*\)$/,
  );
  assert.throws(() => expand({ recipe, vary: { steps: [] } }), /sweep: invalid vary\.steps/);
  assert.throws(() => expand({ recipe, very: {} }), /sweep: invalid file/);
  for (const long of [
    { recipe, ["<b>".repeat(20000)]: {} },
    { recipe, vary: { [`seed.${"x".repeat(9999)}`]: [1] } },
  ])
    assert.throws(
      () => expand(long),
      ({ message }: Error) => message.length < 1000,
    );
});

test("a ledger torn by a kill loses its last line only", () => {
  const path = join(root, "torn.jsonl");
  const row = { key: "a", name: "a", status: "finished", dir: "x" };
  writeFileSync(path, JSON.stringify(row) + "\n");
  appendFileSync(path, '{"key":"b","na');
  assert.deepEqual([...readLedger(path).keys()], ["a"]);
});

test("nonsense is refused", async () => {
  const bad = (options: object, error: RegExp): Promise<void> =>
    assert.rejects(sweep({ jobs: [], dir: root, ...options }), error);
  await bad({ executor: "cloud" }, /sweep: invalid executor: cloud \(one of local, slurm, shell, skypilot\)/);
  await bad({ processes: 0 }, /sweep: invalid processes: 0/);
  await bad({ jobs: [{ steps: 1 }] }, /sweep: job 0: missing field: model/);
});
