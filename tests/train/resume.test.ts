import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fixed } from "../../src/mixture/index.js";
import { rng } from "../../src/rng.js";
import { read } from "../../src/runs/index.js";
import * as train from "../../src/train/index.js";
import { bare, folder, language, tinyModel } from "./tiny.js";

const root = folder();

/** The recipe of this file on disk, once per way of training it. */
async function recipe(steps: number, checkpointEvery: number): Promise<{ path: string; recipe: train.Recipe }> {
  const made = await train.job(await tinyModel(), {
    on: { old: language("old"), new: language("new") },
    mixture: fixed({ old: 0.3, new: 0.7 }),
    schedule: train.rewarm({ peak: 1e-2 }),
    steps,
    batch: 2,
    checkpointEvery,
    heldOutBytes: 2000,
  });
  const path = join(root, `recipe-${steps}.json`);
  writeFileSync(path, JSON.stringify(made));
  return { path, recipe: made };
}

function begin(path: string, dir: string): ChildProcess {
  const args = ["--import", "tsx", join(__dirname, "child.ts"), path, dir];
  return spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
}

const weightsOf = (dir: string): Buffer => readFileSync(join(dir, "model", "model.safetensors"));

test("killed ten times and resumed: the same bytes as never killed", async () => {
  const { path, recipe: made } = await recipe(1200, 9);
  const whole = join(root, "whole");
  const killed = join(root, "killed");
  await train.runRecipe({ recipe: made, dir: whole, threads: 1 });
  const random = rng(5);
  for (let kill = 0; kill < 10; kill++) {
    const child = begin(path, killed);
    await once(child.stdout!, "data");
    await sleep(random.int(40));
    assert.equal(child.exitCode, null, `the run was over before kill ${kill + 1}`);
    child.kill("SIGKILL");
    await once(child, "exit");
    assert.equal(read(killed).record.status, "running");
  }
  const last = begin(path, killed);
  last.stdout!.resume();
  const [code] = (await once(last, "exit")) as [number];
  assert.equal(code, 0);
  assert.ok(weightsOf(killed).equals(weightsOf(whole)), "the weights differ");
  assert.deepEqual(bare(train.open(killed)), bare(train.open(whole)));
  assert.deepEqual(read(killed).record.shares, read(whole).record.shares);
  assert.deepEqual(readdirSync(join(killed, "checkpoints")).sort(), ["step-00001197", "step-00001200"]);
});

test("interrupted, it saves, ends well and goes on to the same bytes", async () => {
  const { path, recipe: made } = await recipe(600, 1000);
  const [whole, stopped] = [join(root, "whole-600"), join(root, "stopped-600")];
  await train.runRecipe({ recipe: made, dir: whole, threads: 1 });
  const child = begin(path, stopped);
  let words = "";
  child.stdout!.on("data", (data: Buffer) => (words += String(data)));
  await once(child.stdout!, "data");
  child.kill("SIGINT");
  const [code] = (await once(child, "exit")) as [number];
  assert.equal(code, 0);
  assert.match(words, /stopped\n$/);
  const { record, steps } = read(stopped);
  assert.equal(record.status, "interrupted");
  assert.ok(steps.length < 600);
  assert.ok(train.open(stopped).stopped);
  const run = await train.runRecipe({ recipe: made, dir: stopped, resume: true, threads: 1 });
  assert.equal(run.stopped, false);
  assert.ok(weightsOf(stopped).equals(weightsOf(whole)), "the weights differ");
  assert.deepEqual(bare(run), bare(train.open(whole)));
});

test("a folder in use, a folder of another recipe and a run begun twice are refused", async () => {
  const { path, recipe: made } = await recipe(500, 100);
  const dir = join(root, "refused");
  const child = begin(path, dir);
  await once(child.stdout!, "data");
  await assert.rejects(
    train.runRecipe({ recipe: made, dir, resume: true, threads: 1 }),
    new RegExp(`is being written by process ${child.pid} on `),
  );
  child.kill("SIGKILL");
  await once(child, "exit");
  await assert.rejects(train.runRecipe({ recipe: made, dir, threads: 1 }), /already holds a run/);
  await assert.rejects(
    train.runRecipe({ recipe: { ...made, batch: 3 }, dir, resume: true, threads: 1 }),
    /train: invalid batch: 3 \(the run in .* was begun with 2;/,
  );
});
