import assert from "node:assert/strict";
import { once } from "node:events";
import { join } from "node:path";
import { test } from "node:test";
import { aioli, doge, doremi, mixtures } from "../../src/mixture/index.js";
import { read } from "../../src/runs/index.js";
import * as train from "../../src/train/index.js";
import { begin, everything, killAndResume, recipeIn, weightsOf } from "./kills.js";
import { bare, folder } from "./tiny.js";

const root = folder();
const turnOf = (mixture: keyof typeof mixtures): number => Object.keys(mixtures).indexOf(mixture);

test("killed ten times and resumed: the same bytes as never killed", () => killAndResume({ root, kills: 10 }));

for (const mixture of [
  doremi({ domains: ["old", "new"], every: 2 }),
  doge({ domains: ["old", "new"], every: 5, mu: 1e-4 }),
  aioli({ domains: ["old", "new"], every: 20, sweep: 5, rounds: 1, eta: 5 }),
])
  test(`killed and resumed with ${mixture.name}: the same bytes, of the model and of what the mixture saw`, () =>
    killAndResume({ root, kills: 2, more: { name: mixture.name, mixture } }));

test("killed and resumed with all that can be on together: the same bytes, evaluations and snapshots", () =>
  killAndResume({ root, kills: 2, more: everything(turnOf("doge")), steps: 60 }));

test("interrupted, it saves, ends well and goes on to the same bytes", async () => {
  const { path, recipe: made } = await recipeIn(root, 600, 1000);
  const [whole, stopped] = [join(root, "whole-600"), join(root, "stopped-600")];
  await train.runRecipe({ recipe: made, dir: whole, threads: 1 });
  const child = begin(path, stopped, 100, "SIGINT");
  let words = "";
  child.stdout!.on("data", (data: Buffer) => (words += String(data)));
  const [code] = (await once(child, "close")) as [number];
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
  const { path, recipe: made } = await recipeIn(root, 500, 100);
  const dir = join(root, "refused");
  const child = begin(path, dir, 1);
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
