/**
 * What keeps the old, against PyTorch on the same numbers (tests/golden/train/keeping.py), and in runs: gradients and updates
 * that are projected, and going back part of the way.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { leading } from "../../src/embed/index.js";
import type { Tensors } from "../../src/engine/index.js";
import { choose } from "../../src/engine/index.js";
import { classBalanced } from "../../src/corpus/index.js";
import { fixed, phases, replay, weighted } from "../../src/mixture/index.js";
import * as train from "../../src/train/index.js";
import { fresh } from "../../src/train/pretrain.js";
import { held } from "../../src/train/step/parts/gpm.js";
import { lengths, overlap } from "../../src/train/step/parts/o-lora.js";
import { partOf, within } from "../../src/train/step/parts/osf.js";
import { withAdapter } from "../../src/model/index.js";
import type { LanguageModel, NdArray, Weights } from "../../src/types.js";
import { folder, language, sameWeights, tinyModel } from "./tiny.js";

type Arrays = Record<string, NdArray>;
const golden = JSON.parse(readFileSync(join(__dirname, "../golden/train/keeping.json"), "utf8")) as {
  agem: Record<
    string,
    Record<"gradient" | "reference" | "projected" | "state" | "next" | "nextProjected", Arrays> & { cosine: number }
  >;
  reptile: Record<"before" | "now" | "after", Arrays> & { rate: number };
  osf: Record<string, Record<"weight" | "gradient" | "values" | "sides" | "core" | "peft", NdArray> & { rank: number }>;
  gpm: Record<"gram" | "secondGram" | "counts" | "projector" | "secondProjector" | "gradient" | "left", NdArray> & {
    energy: number;
  };
  oLora: Record<"before" | "a" | "b", NdArray> & { loss: number; gradients: Arrays };
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

test("Reptile leaves moments of 8 bits alone, and says so where it is asked for more", async () => {
  const model = await tinyModel();
  const at = (moments: "keep" | "scale", parts = [train.reptile({ every: 2, rate: 0.5, moments })]) =>
    train.continue(model, { ...common, steps: 4, optimiser: train.adamw({ moments: "8-bit" }), parts });
  assert.equal((await at("keep")).steps.length, 4);
  await assert.rejects(
    at("scale"),
    /^Error: reptile: invalid moments: scale \(the optimiser's are kept in 8 bits; say "keep"\)$/,
  );
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

for (const [name, given] of Object.entries(golden.osf))
  test(`OSF's directions and both projections are PyTorch's: ${name}`, async () => {
    const { weight, rank, gradient, values } = given;
    const found = await leading({ table: { ...weight, data: Float32Array.from(weight.data) }, rank });
    found.values.forEach((value, i) => assert.ok(Math.abs(value - values.data[i]!) < 1e-9));
    for (const form of ["sides", "core"] as const) {
      const [u, v] = [found.left, found.right].map(({ shape, data }) =>
        tf.tensor([...data], shape as [number, number]),
      );
      const removed = within(tf.tensor([...gradient.data], gradient.shape), { u: u!, v: v!, form });
      const left = tf.sub(tf.tensor([...gradient.data], gradient.shape), removed);
      near({ left }, { left: given[form] });
      const theirs = tf.tensor([...given.peft.data], given.peft.shape);
      assert.ok(
        Math.max(...tf.abs(within(theirs, { u: u!, v: v!, form })).dataSync()) < 1e-6,
        "peft's step is free here",
      );
      const onU = tf.matMul(u!, left as tf.Tensor2D);
      const core = tf.matMul(onU as tf.Tensor2D, v! as tf.Tensor2D, false, true);
      for (const zero of form === "core"
        ? [core]
        : [onU, tf.matMul(left as tf.Tensor2D, v! as tf.Tensor2D, false, true)])
        assert.ok(Math.max(...tf.abs(zero).dataSync()) < 1e-6);
    }
  });

test("GPM's directions of one text and of a second, and its projection, are PyTorch's", async () => {
  const { energy, gram, secondGram, counts, projector, secondProjector, gradient, left } = golden.gpm;
  const nothing = { shape: gram.shape, data: new Float32Array(gram.data.length) };
  const first = await held(nothing, gram, energy);
  const second = await held(first, secondGram, energy);
  const rank = ({ shape, data }: NdArray): number =>
    data.reduce((sum, value, i) => sum + (i % (shape[0]! + 1) === 0 ? value : 0), 0);
  [first, second].forEach((each, i) => assert.ok(Math.abs(rank(each) - counts.data[i]!) < 1e-5));
  near(tensors({ first, second }), { first: projector, second: secondProjector });
  const [g, p] = [gradient, first].map(({ shape, data }) => tf.tensor2d([...data], shape as [number, number]));
  near({ left: tf.sub(g!, tf.matMul(g!, p!)) }, { left });
});

const gpt2 = async (): Promise<LanguageModel> => {
  const { tokenizer } = await tinyModel();
  const config = { architecture: "gpt2", width: 16, layers: 1, heads: 2, kvHeads: 2, ffn: 32, context: 16 };
  return fresh({ size: "nano", tokenizer, seed: 1, config });
};

for (const [part, made] of [
  [train.osf({ keep: 0.5 }), tinyModel],
  [train.osf({ adaptive: { on: ["old"], sequences: 4 }, form: "core" }), tinyModel],
  [train.gpm({ on: ["old"], energy: 0.9, sequences: 8 }), tinyModel],
  // Its matrices are kept as [in, out].
  [train.gpm({ on: ["old"], energy: 0.8, sequences: 8 }), gpt2],
] as [train.Part, () => Promise<LanguageModel>][])
  test(`${part.name} ${JSON.stringify(part.options)}: after a run with decay nothing has moved in the directions kept`, async () => {
    const model = await made();
    const turned = made === gpt2;
    const dir = join(root, `${turned}-${part.name}-${JSON.stringify(part.options).length}`);
    const run = await train.continue(model, { ...common, parts: [part], dir, checkpointEvery: 2 });
    const slots = train.latestCheckpoint(join(dir, "checkpoints"))!.slots as Weights;
    const matrix = ({ shape, data }: NdArray): tf.Tensor2D => tf.tensor2d([...data], shape as [number, number]);
    let moved = 0;
    for (const [name, start] of Object.entries(model.weights)) {
      const u = slots[`osf.left.${name}`];
      const projector = slots[`gpm.projector.${name}`];
      if (!u && !projector) continue;
      const change = tf.sub(matrix(run.model.weights[name]!), matrix(start)) as tf.Tensor2D;
      moved = Math.max(moved, ...tf.abs(change).dataSync());
      const zeros: tf.Tensor[] = [];
      if (projector) zeros.push(tf.matMul(turned ? tf.transpose(change) : change, matrix(projector)));
      if (u) {
        const v = matrix(slots[`osf.right.${name}`]!);
        const onU = tf.matMul(matrix(u), change);
        if (part.options.form === "core") zeros.push(tf.matMul(onU, v, false, true));
        else zeros.push(onU, tf.matMul(change, v, false, true));
      }
      for (const zero of zeros) assert.ok(Math.max(...tf.abs(zero).dataSync()) < 1e-6, name);
    }
    assert.ok(moved > 1e-3, "and yet it learned");
    const removed = run.steps.map((row) => row[`${part.name}_removed`] as number);
    assert.ok(removed.every((share) => share > 0 && share <= 1));
  });

test("OSF keeps more of a layer whose output is nearer its input, within its bounds", () => {
  const bounds = { least: 0.1, mean: 0.8 };
  const parts = [0, 1, 2].map((layer) => partOf([0.5, 1, 1.5], layer, bounds));
  parts.forEach((value, i) => assert.ok(Math.abs(value - [0.45, 0.8, 1][i]!) < 1e-12));
  assert.equal(partOf([-1, 3], 0, bounds), 0.1);
});

test("a part sees gradients as they are, whatever the loss is multiplied by", async () => {
  const { config, weights } = await tinyModel();
  const engine = await choose({ device: "cpu", threads: 1 });
  const tokens = Int32Array.from({ length: 2 * 9 }, (_, i) => (7 * i) % 20);
  const reference = Int32Array.from(tokens, (id) => (3 * id + 5) % 20);
  const objective = train.causal().begin({} as Parameters<train.Objective["begin"]>[0]);
  const after = async (optimiser: train.Optimiser, of: "gradient" | "update") => {
    const part = begun(train.agem({ on: ["old"], of }), train.allOf(config).leaves as unknown as Arrays, {
      config,
      context: 8,
    });
    const options = { config, batch: 2, context: 8, objective, optimiser, parts: [part] };
    const { fn, signature } = train.trainStep(options);
    const slots = train.slotsAtStart({ leaves: train.allOf(config), optimiser });
    const state = engine.upload({ ...weights, ...slots });
    const program = await engine.compile(fn, signature);
    const feeds = { tokens, "agem.tokens": reference, ...optimiser.scalars(1, 1e-3) };
    const { agem_cosine: cosine, agem_projected: projected } = await program.run(state, feeds);
    return { cosine: cosine![0]!, projected: projected![0]!, state: await state.download(Object.keys(weights)) };
  };
  for (const of of ["gradient", "update"] as const) {
    const plain = await after(train.adamw(), of);
    const scaled = await after(train.lossScaled({ of: train.adamw() }), of);
    assert.ok(Math.abs(plain.cosine - scaled.cosine) < 1e-5);
    for (const [name, { data }] of Object.entries(plain.state))
      data.forEach((value, i) => assert.ok(Math.abs(scaled.state[name]!.data[i]! - value) < 1e-5, name));
    // Where gradients overflow the update is left out, and a reference that is no number moves nothing.
    const over = await after(train.lossScaled({ of: train.adamw(), first: 128 }), of);
    for (const [name, { data }] of Object.entries(weights)) assert.deepEqual(over.state[name]!.data, data, name);
  }
});

test("O-LoRA's penalty and its gradients are PyTorch's, and 0 at 0", () => {
  const { before, a, b, loss, gradients } = golden.oLora;
  const given = tensors({ before, a, b });
  const penalty = (x: tf.Tensor, y: tf.Tensor): tf.Scalar =>
    tf.add(tf.mul(overlap(given.before!, x), 0.5), tf.mul(lengths([x, y]), 0.125));
  const { value, grads } = tf.valueAndGrads(penalty)([given.a!, given.b!]);
  assert.ok(Math.abs(value.dataSync()[0]! - loss) < 1e-5);
  near({ a: grads[0]!, b: grads[1]! }, gradients);
  const [zero] = tf.grads((x: tf.Tensor) => lengths([x]) as tf.Scalar)([tf.zeros([2, 2])]);
  assert.deepEqual([...zero!.dataSync()], [0, 0, 0, 0]);
});

test("O-LoRA keeps a second adapter's inner matrices apart from the first's, which the run's folder gives", async () => {
  const model = await tinyModel();
  const dir = join(root, "first");
  const low = { ...common, parameters: train.lora({ rank: 2 }) };
  const first = await train.continue(model, { ...low, mixture: fixed({ old: 1 }), dir });
  const { adapter } = train.adapterOf(dir);
  const merged = { ...model, weights: withAdapter(model, adapter).weights };
  const second = async (name: string, parts: train.Part[]): Promise<number> => {
    const at = join(root, name);
    await train.continue(merged, { ...low, seed: 2, parts, dir: at });
    const now = train.adapterOf(at).adapter.updates;
    return Object.entries(adapter.updates).reduce(
      (sum, [weight, { a }]) => sum + overlap(tensors({ a }).a!, tensors({ a: now[weight]!.a }).a!).dataSync()[0]!,
      0,
    );
  };
  const free = await second("free", []);
  assert.ok((await second("apart", [train.oLora({ previous: [dir], lambda: 0.5 })])) < 0.8 * free);
  // The first adapter is frozen, and active: it is in the weights that the second begins with.
  sameWeights(merged.weights, first.model.weights);
  await assert.rejects(
    train.continue(model, { ...common, parts: [train.oLora({ previous: [dir] })] }),
    /^Error: oLora: /,
  );
});

test("a buffer replays what the mixture no longer gives, an equal part for each domain", async () => {
  const model = await tinyModel();
  const run = await train.continue(model, {
    ...common,
    mixture: phases({
      phases: [
        { from: 0, shares: { old: 1, new: 0 } },
        { from: 0.75, shares: { old: 0, new: 1 } },
      ],
    }),
    steps: 16,
    buffer: classBalanced({ size: 8, share: 0.5 }),
  });
  const [before, last] = [run.steps[11]!, run.steps[15]!];
  assert.equal(before.buffer_old, 8);
  assert.ok(!("buffer_new" in before) && !("loss_new" in before));
  assert.deepEqual([last.buffer_old, last.buffer_new], [4, 4]);
  assert.ok(
    run.steps.slice(12).some((row) => "loss_old" in row && "loss_new" in row),
    "old text after its phase",
  );
  // What the mixture drew is what it was asked for; replayed sequences are no draws of its own.
  assert.ok(Math.abs(run.record.shares!.realised.old! - 0.75) < 0.05);
});

test("replay under a budget: a longer run or larger batches, evaluated at the same parts of it", async () => {
  const model = await tinyModel();
  const at = (mixture: ReturnType<typeof replay>) =>
    train.continue(model, { ...common, mixture, steps: 6, evaluateAt: [0, 3, 6] });
  const given = { share: 0.25, old: "old", new: "new" };
  for (const [budget, steps, batch, old] of [
    ["fixed-total", 6, 4, 0.25],
    ["fixed-new", 8, 4, 0.25],
    ["additive", 6, 5, 0.2],
  ] as const) {
    const run = await at(replay({ ...given, budget }));
    const { shares } = run.record;
    const recipe = run.record.recipe as { steps: number; batch: number; evaluateAt: number[] };
    assert.deepEqual([recipe.steps, recipe.batch, run.steps.length], [steps, batch, steps], budget);
    assert.deepEqual(recipe.evaluateAt, [0, steps / 2, steps]);
    assert.equal(shares!.asked.old, old);
    assert.equal(run.steps.at(-1)!.tokens, steps * batch * 16);
  }
  // Within another mixture it is the same run, with weights.
  const inside = await at(weighted({ of: replay({ ...given, budget: "fixed-new" }), weights: { old: 1, new: 2 } }));
  assert.equal(inside.steps.length, 8);
  assert.throws(() => replay({ ...given, budget: "fixed-new", new: { old: 1 } }), /^Error: replay: invalid new: old/);
  assert.throws(() => replay({ ...given, budget: "free" as "additive" }), /one of fixed-total, fixed-new, additive/);
});
