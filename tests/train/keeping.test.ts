/**
 * What keeps the old, against PyTorch on the same numbers (tests/golden/train/keeping.py), and in runs: gradients and updates
 * that are projected, and going back part of the way.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import type { Tensors } from "../../src/engine/index.js";
import { fixed } from "../../src/mixture/index.js";
import * as train from "../../src/train/index.js";
import type { LanguageModel, NdArray } from "../../src/types.js";
import { folder, language, sameWeights, tinyModel } from "./tiny.js";

type Arrays = Record<string, NdArray>;
const golden = JSON.parse(readFileSync(join(__dirname, "../golden/train/keeping.json"), "utf8")) as {
  agem: Record<
    string,
    Record<"gradient" | "reference" | "projected" | "state" | "next" | "nextProjected", Arrays> & { cosine: number }
  >;
  reptile: Record<"before" | "now" | "after", Arrays> & { rate: number };
};

const root = folder();
const on = { old: language("old"), new: language("new") };
const common = {
  on,
  mixture: fixed({ new: 1 }),
  schedule: train.constant({ peak: 1e-2 }),
  steps: 6,
  batch: 4,
  evaluateAt: [],
};

const tensors = (arrays: Arrays): Tensors =>
  Object.fromEntries(Object.entries(arrays).map(([name, { shape, data }]) => [name, tf.tensor([...data], shape)]));

/** A part as it runs on leaves of these shapes, which are no model's. */
function begun(part: train.Part, leaves: Arrays, rest: object = {}): train.RunningPart {
  return part.begin({
    leaves: { leaves, rows: {} },
    weights: leaves,
    optimiser: train.adamw(),
    shards: { old: { train: {} } },
    seed: 1,
    batch: 2,
    context: 4,
    ...rest,
  } as unknown as Parameters<train.Part["begin"]>[0]);
}

function near(actual: Tensors, expected: Arrays, tolerance = 1e-6): void {
  for (const [name, { data }] of Object.entries(expected)) {
    const values = actual[name]!.dataSync();
    data.forEach((value, i) =>
      assert.ok(Math.abs(values[i]! - value) <= tolerance, `${name}[${i}]: ${values[i]}, ${value}`),
    );
  }
}

for (const [name, given] of Object.entries(golden.agem))
  test(`A-GEM's projection of a gradient and of an update is PyTorch's: ${name}`, () => {
    const [state, next, gradients] = [tensors(given.state), tensors(given.next), tensors(given.gradient)];
    const gradientsOf = (): Tensors => tensors(given.reference);
    const projected = Number(name === "against");
    for (const of of ["gradient", "update"] as const) {
      const part = begun(train.agem({ on: ["old"], of }), given.gradient);
      const { instead, outputs, kept } = part.gradients!({ state, gradients, inputs: {}, gradientsOf });
      assert.ok(Math.abs(outputs!.agem_cosine!.dataSync()[0]! - given.cosine) < 1e-6);
      if (of === "gradient") {
        near(instead!, given.projected);
        assert.equal(outputs!.agem_projected!.dataSync()[0], projected);
        continue;
      }
      assert.equal(instead, undefined, "the gradient is left alone");
      const updated = part.update!({ state, next, kept: kept! });
      near(updated.instead!, given.nextProjected);
      assert.equal(updated.outputs!.agem_projected!.dataSync()[0], projected);
    }
  });

test("Reptile's change is its formula, of leaves and moments", () => {
  const { before, now, after, rate } = golden.reptile;
  const run = (moments: "keep" | "scale" | "interpolate"): { part: train.RunningPart; next: Tensors } => {
    const part = begun(train.reptile({ every: 3, rate, moments }), before);
    const slots = Object.keys(train.adamw().slots(now));
    const state = {
      ...tensors(now),
      ...tensors(part.slots!),
      ...Object.fromEntries(slots.map((name) => [name, tf.ones([17])])),
    };
    return { part, next: part.periodic!.change(state) };
  };
  const { part, next } = run("keep");
  assert.deepEqual(
    [0, 1, 2, 3, 4, 6].map((step) => step > 0 && part.periodic!.due(step)),
    [false, false, false, true, false, true],
  );
  near(next, after);
  near({ a: next["reptile.a"]!, b: next["reptile.b"]! }, after);
  assert.ok(!("adamw.first.small" in next));
  for (const moments of ["scale", "interpolate"] as const) {
    const { next } = run(moments);
    near(next, after);
    assert.equal(next["adamw.second.small"]!.dataSync()[3], rate);
    assert.equal(moments === "interpolate", "reptile.adamw.second.small" in next);
  }
});

test("Reptile goes back after every third update, and the run goes on from there", async () => {
  const model = await tinyModel();
  const at = (steps: number, rate: number, moments: "keep" | "interpolate" = "keep") =>
    train.continue(model, { ...common, steps, parts: [train.reptile({ every: 3, rate, moments })] });
  const weightsOf = ({ model: { weights } }: { model: LanguageModel }): Arrays => weights;
  const plain = await train.continue(model, { ...common, steps: 3 });
  const [two, twoPlain] = [await at(2, 0.5), await train.continue(model, { ...common, steps: 2 })];
  sameWeights(weightsOf(two), weightsOf(twoPlain));
  const three = weightsOf(await at(3, 0.5));
  for (const [name, { data }] of Object.entries(model.weights))
    data.forEach((value, i) => {
      const half = value + 0.5 * (plain.model.weights[name]!.data[i]! - value);
      assert.ok(Math.abs(three[name]!.data[i]! - half) < 1e-6, name);
    });
  // Four updates: the fourth begins from the third's half, with moments kept or half as large.
  const [kept, back] = [await at(4, 0.5), await at(4, 0.5, "interpolate")];
  assert.ok(Math.abs(kept.steps[3]!.loss - back.steps[3]!.loss) < 1e-6);
  assert.notDeepEqual(weightsOf(kept), weightsOf(back));
});

test("A-GEM's reference is old text of its own: it follows from the step, and several batches are one large one", async () => {
  const model = await tinyModel();
  const parts = [train.agem({ on: ["old"], batch: 4 })];
  const one = await train.continue(model, { ...common, parts });
  const two = await train.continue(model, { ...common, batch: 2, accumulate: 2, parts });
  const dir = join(root, "cut");
  const stop = new AbortController();
  const onStep = ({ step }: { step: number }): void => void (step === 4 && stop.abort());
  await train.continue(model, { ...common, parts, dir, signal: stop.signal, onStep });
  const resumed = await train.continue(model, { ...common, parts, dir, resume: true });
  sameWeights(resumed.model.weights, one.model.weights);
  one.steps.forEach((row, i) => {
    for (const name of ["loss", "gradientNorm", "agem_cosine", "agem_projected"])
      assert.ok(Math.abs((row[name] as number) - (two.steps[i]![name] as number)) < 1e-4, name);
    assert.equal(row.agem_projected, Number((row.agem_cosine as number) < 0));
  });
  // The two languages share no syllable, so what is learned of one goes against the other before long.
  assert.ok(one.steps.some(({ agem_projected }) => agem_projected === 1));
  await assert.rejects(
    train.continue(model, { ...common, parts: [train.agem({ on: ["older"] })] }),
    /^Error: agem: invalid on: older \(there is no text of it to train on\)$/,
  );
});

test("gradient cosines: groups add up to the whole, a domain's own batches agree more than two languages do", async () => {
  const model = await tinyModel();
  const run = await train.continue(model, {
    ...common,
    steps: 4,
    evaluateAt: [0, 4],
    evaluators: [train.gradientCosine({ pairs: 3 })],
  });
  const after = run.measurements.filter(({ step }) => step === 4);
  const value = (metric: string, domain: string): number =>
    after.find((row) => row.metric === metric && row.domain === domain)!.value;
  const roles = ["embedding", "norm", "attention", "feed-forward"];
  const domains = ["old:new", "old:old", "new:new"];
  assert.deepEqual(new Set(after.map(({ domain }) => domain)), new Set(domains));
  for (const domain of domains) {
    const parts = roles.map((role) => value(`gradient-product.${role}`, domain));
    const whole = value("gradient-product", domain);
    assert.ok(Math.abs(parts.reduce((a, b) => a + b, 0) - whole) < 1e-9 + 1e-6 * Math.abs(whole), domain);
    assert.ok(Math.abs(value("gradient-cosine.layer-0", domain)) <= 1);
  }
  assert.ok(value("gradient-cosine", "new:new") > 0.5 && value("gradient-cosine", "old:old") > 0.5);
  assert.ok(value("gradient-cosine", "old:new") < value("gradient-cosine", "old:old") - 0.2);
  // Looking changes nothing of the run.
  const unseen = await train.continue(model, { ...common, steps: 4, evaluateAt: [0, 4] });
  sameWeights(run.model.weights, unseen.model.weights);
});
