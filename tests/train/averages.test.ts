/** EMA, SWA and LAWA: what they hold, how they are scored beside the live weights, and that they are models of a run. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { measure } from "../../src/index.js";
import { fixed } from "../../src/mixture/index.js";
import * as train from "../../src/train/index.js";
import type { Weights } from "../../src/types.js";
import { engineOn } from "../engine/support.js";
import { folder, language, sameWeights, tinyModel } from "./tiny.js";

const root = folder();
const values = async (part: train.Part, leaf: number[], start: number, steps = leaf.length): Promise<number[]> => {
  await tf.setBackend("cpu");
  const { config } = await tinyModel();
  const shape = [1];
  const weights: Weights = { w: { shape, data: Float32Array.of(start) } };
  const running = part.begin({
    config,
    weights,
    leaves: { leaves: { w: { shape } }, rows: {} },
    optimiser: train.adamw(),
    schedule: train.constant({ peak: 1 }),
    steps,
    seed: 1,
    shards: {},
    batch: 1,
    context: 1,
  });
  const state: Record<string, tf.Tensor> = Object.fromEntries(
    Object.entries({ ...weights, ...running.slots }).map(([name, { data, shape: own }]) => [
      name,
      tf.tensor(data, own),
    ]),
  );
  return leaf.map((value, i) => {
    const next: Record<string, tf.Tensor> = { w: tf.tensor([value]) };
    Object.assign(next, running.after?.({ state, next, inputs: {} }));
    Object.assign(state, next);
    if (running.periodic?.due(i + 1)) Object.assign(state, running.periodic.change(state));
    return state[`${part.name}.w`]!.dataSync()[0]!;
  });
};
const close = (found: number[], expected: number[]): void =>
  found.forEach((value, i) =>
    assert.ok(Math.abs(value - expected[i]!) < 1e-4 * expected[i]!, `${found} of ${expected}`),
  );

test("an exponential average from the start on, and corrected for it", async () => {
  close(await values(train.ema({ decay: 0.9 }), [2, 3, 4], 1), [1.1, 1.29, 1.561]);
  close(await values(train.ema({ decay: 0.9, corrected: true }), [1, 2, 3, 4], 7), [1, 1.52632, 2.0701, 2.63129]);
});

test("the last three of 1, 2, 4, 8, one after every update, and one after every other", async () => {
  close(await values(train.lawa({ every: 1, last: 3 }), [1, 2, 4, 8], 7), [1, 1.5, 7 / 3, 14 / 3]);
  close(await values(train.lawa({ every: 2, last: 1 }), [1, 2, 4, 8], 7), [7, 2, 2, 8]);
});

test("the plain mean from half the run on", async () => {
  close(await values(train.swa({ from: 0.5 }), [1, 2, 4, 8, 9, 10], 7), [7, 7, 7, 8, 8.5, 9]);
  close(await values(train.swa({ from: 0, every: 2 }), [1, 2, 4, 8], 7), [7, 2, 2, 5]);
});

const options = {
  on: [language("old"), language("new")],
  mixture: fixed({ new: 0.5, old: 0.5 }),
  schedule: train.constant({ peak: 3e-3 }),
  steps: 6,
  batch: 2,
  evaluateAt: [0, 3, 6],
};
const choices: train.Trainable[] = ["all", { embedding: [3, 5], layers: [0] }];
const averages = [train.ema({ decay: 0.5 }), train.swa({ from: 0.5 }), train.lawa({ every: 2, last: 2 })];

test("averages are scored beside the live weights, and are what the run's folder has of them", async () => {
  const engine = await engineOn("cpu");
  const dir = join(root, "run");
  const asked = { ...options, engine, dir, parts: averages, evaluators: [train.averages()] };
  for (const trainable of choices) {
    const model = await tinyModel();
    const run = await train.continue(model, { ...asked, dir: undefined, trainable });
    assert.deepEqual(Object.keys(run.averages!), ["ema", "swa", "lawa"]);
    for (const [name, average] of Object.entries(run.averages!)) {
      const rows = measure.averaged({ measurements: run.measurements, of: name });
      // An average of nothing has no rows: SWA's first model is that of update 4, LAWA's of 2.
      assert.deepEqual([...new Set(rows.map(({ step }) => step))], { ema: [0, 3, 6], swa: [6], lawa: [3, 6] }[name]);
      const { evaluations } = await train.evaluate(average, { on: options.on, heldOutBytes: 65536, engine, batch: 2 });
      for (const { domain, loss, bitsPerByte } of evaluations) {
        const row = rows.find((one) => one.step === 6 && one.domain === domain)!;
        assert.ok(Math.abs(row.loss - loss) < 1e-6 && Math.abs(row.bitsPerByte - bitsPerByte) < 1e-6, name);
        assert.notEqual(row.loss, run.evaluations.find((one) => one.step === 6 && one.domain === domain)!.loss);
      }
    }
    const table = "model.embed_tokens.weight";
    if (trainable !== "all")
      assert.deepEqual(
        run.averages!.ema!.weights[table]!.data.subarray(0, 3 * 16),
        model.weights[table]!.data.subarray(0, 3 * 16),
      );
    assert.deepEqual(
      run.evaluations,
      (await train.continue(model, { ...options, engine, trainable })).evaluations,
      "the run is what it was without",
    );
  }
  const model = await tinyModel();
  const stop = new AbortController();
  const onStep = ({ step }: { step: number }): void => void (step === 5 && stop.abort());
  await train.continue(model, { ...asked, checkpointEvery: 1, signal: stop.signal, onStep });
  const resumed = await train.continue(model, { ...asked, checkpointEvery: 1, resume: true });
  const whole = await train.continue(model, { ...asked, dir: undefined });
  const opened = train.open(dir);
  for (const name of ["ema", "swa", "lawa"]) {
    sameWeights(resumed.averages![name]!.weights, whole.averages![name]!.weights);
    sameWeights(opened.averages![name]!.weights, whole.averages![name]!.weights);
  }
  assert.equal((await train.continue(model, { ...options, engine })).averages, undefined);
});

test("where it is asked, averages are measured by the run's other evaluators too", async () => {
  const engine = await engineOn("cpu");
  const model = await tinyModel();
  const evaluators = [train.averages({ byAll: true }), train.distance()];
  for (const trainable of choices) {
    const run = await train.continue(model, { ...options, engine, trainable, parts: averages, evaluators });
    for (const [name, average] of Object.entries(run.averages!)) {
      const found = run.measurements.find(({ step, metric }) => step === 6 && metric === `${name}.distance`)!;
      let [apart, size] = [0, 0];
      for (const [key, { data }] of Object.entries(model.weights))
        data.forEach((value, i) => {
          apart += (value - average.weights[key]!.data[i]!) ** 2;
          size += value ** 2;
        });
      assert.ok(Math.abs(found.value / Math.sqrt(apart / size) - 1) < 1e-6, name);
    }
  }
});

test("what keeps no average has none to score, in one line", async () => {
  const engine = await engineOn("cpu");
  await assert.rejects(
    train.continue(await tinyModel(), { ...options, engine, evaluators: [train.averages()] }),
    /^Error: averages: invalid parts: none keeps an average \(add ema, swa or lawa\)$/,
  );
  assert.throws(() => measure.averaged({ measurements: [], of: "ema" }), /^Error: averaged: invalid of: ema \(/);
  assert.throws(() => train.lawa({ every: 0 }), /^Error: lawa: invalid every: 0/);
  assert.throws(() => train.swa({ from: 1 }), /^Error: swa: invalid from: 1/);
});
