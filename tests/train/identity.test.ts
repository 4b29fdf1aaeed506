import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { choose } from "../../src/engine/index.js";
import { changing, fixed, type Mixture } from "../../src/mixture/index.js";
import { onward as onwardMixture } from "../../src/mixture/onward.js";
import { isMade } from "../../src/registry.js";
import * as train from "../../src/train/index.js";
import { onward as onwardSchedule } from "../../src/train/schedules/onward.js";
import { folder, language, sameWeights, tinyModel } from "./tiny.js";

const root = folder();
const on = { old: language("old"), new: language("new") };
const options = { on, schedule: train.constant({ peak: 1e-2 }), steps: 12, batch: 2, evaluateAt: [] as number[] };

/** Alike at both ends. */
const bump = (middle: number): Mixture =>
  changing({
    name: "bump",
    domains: ["old", "new"],
    shares: (done) => (done > 0.3 && done < 0.7 ? [middle, 1 - middle] : [0.5, 0.5]),
  });

test("two mixtures of one's own that differ in the middle are two bases and two runs", async () => {
  const config = { width: 16, layers: 1, heads: 2, kvHeads: 1, ffn: 32, context: 16 };
  const base = (middle: number): Promise<train.Base> =>
    train.pretrain({ ...options, size: "nano", config, vocabSize: 280, mixture: bump(middle) });
  const [a, again, b] = [await base(0.9), await base(0.9), await base(0.1)];
  assert.equal(again.dir, a.dir);
  assert.notEqual(b.dir, a.dir);
  assert.throws(() => sameWeights(a.weights, b.weights));

  const dir = join(root, "mixture");
  const stop = new AbortController();
  const onStep = ({ step }: { step: number }): void => void (step === 4 && stop.abort());
  const model = await tinyModel();
  await train.continue(model, { ...options, dir, mixture: bump(0.9), signal: stop.signal, onStep });
  await assert.rejects(
    train.continue(model, { ...options, dir, resume: true, mixture: bump(0.1) }),
    /^Error: train: invalid mixture: .*name another folder or keep the recipe/,
  );
});

test("a schedule of one's own is what it does, whatever it calls itself", async () => {
  const mixture = fixed({ old: 0.5, new: 0.5 });
  const like = train.cosine({ peak: 1e-2 });
  const other: train.Schedule = {
    ...like,
    learningRate: (step, total) => like.learningRate(step, total) / (step > 5 ? 2 : 1),
  };
  const recipeOf = async (schedule: train.Schedule): Promise<unknown> =>
    (await train.continue(await tinyModel(), { ...options, mixture, schedule })).record.recipe;
  assert.notDeepEqual(await recipeOf(other), await recipeOf(like));
  await assert.rejects(
    train.job(await tinyModel(), { ...options, mixture, schedule: other }),
    /^Error: job: invalid schedule: cosine \(another process can only make what a registry's row makes\)/,
  );
});

test("what is made of a schedule or a mixture of one's own is one's own too", () => {
  const schedule = { ...train.cosine({ peak: 1e-2 }) };
  const at = { from: 4, total: 12 };
  assert.ok(isMade(onwardSchedule({ of: train.cosine({ peak: 1e-2 }), ...at })));
  assert.ok(!isMade(onwardSchedule({ of: schedule, ...at })));
  assert.ok(!isMade(onwardMixture({ of: bump(0.5), ...at })));
  assert.ok(isMade(onwardMixture({ of: fixed({ old: 1 }), ...at })));
});

test("a mixture that listens and does not say what it does is neither cached nor resumed", async () => {
  const listening = (of: object): Mixture => ({
    name: "mine",
    domains: ["old", "new"],
    options: { ...of },
    begin: () => ({ shares: () => [0.5, 0.5], observe() {} }),
  });
  const config = { width: 16, layers: 1, heads: 2, kvHeads: 1, ffn: 32, context: 16 };
  const base = await train.pretrain({ ...options, size: "nano", config, vocabSize: 280, mixture: listening({}) });
  assert.equal(base.dir, undefined);
  const resumed = async (mixture: Mixture, name: string): Promise<unknown> =>
    train.continue(await tinyModel(), { ...options, mixture, dir: join(root, name), resume: true });
  await assert.rejects(
    resumed(listening({}), "silent"),
    /^Error: train: invalid resume: mine does not say what it does/,
  );
  await resumed(listening({ rule: 1 }), "told");
  await assert.rejects(resumed(listening({ rule: 2 }), "told"), /^Error: train: invalid mixture: /);
});

test("a base is cached for the engine that made it", async () => {
  const config = { width: 8, layers: 1, heads: 1, kvHeads: 1, ffn: 8, context: 8 };
  const few = {
    on: language("old", 6),
    size: "nano" as const,
    config,
    vocabSize: 262,
    steps: 2,
    batch: 1,
    evaluateAt: [],
  };
  const compiled = await train.pretrain(few);
  const eager = await train.pretrain({ ...few, engine: await choose({ device: "reference" }) });
  assert.notEqual(eager.dir, compiled.dir);
  assert.equal(eager.record.engine.device, "reference");
});
