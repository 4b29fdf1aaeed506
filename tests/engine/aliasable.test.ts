/** Which entries of the state may be written where they were read, and that doing so changes no bit. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as ort from "onnxruntime-node";
import * as tf from "@tensorflow/tfjs";
import { aliasable } from "../../src/engine/aliasable.js";
import { inBlocks, type Signature, type StepFunction, type Tensors } from "../../src/engine/index.js";
import { asMade } from "../../src/engine/graph.js";
import { writeModel } from "../../src/engine/onnx.js";
import { trace } from "../../src/engine/trace.js";
import { init, parameterShapes } from "../../src/model/index.js";
import { rng } from "../../src/rng.js";
import { accumulated } from "../../src/train/step/accumulate.js";
import type { Feeds } from "../../src/train/step/types.js";
import type { Weights } from "../../src/types.js";
import {
  adamw,
  allOf,
  causal,
  type Leaves,
  lion,
  muon,
  type Optimiser,
  selection,
  slotsAtStart,
  trainStep,
} from "../../src/train/index.js";
import { families } from "./models.js";
import { engineOn } from "./support.js";

function traced(fn: StepFunction, signature: Signature) {
  const { graph, state, outputs } = trace(fn, signature, "cpu");
  const named = (prefix: string, values: typeof state) =>
    Object.entries(values).map(([k, v]) => [prefix + k, asMade(v)] as const);
  const made = Object.fromEntries([...named("next.", state), ...named("out.", outputs)]);
  return { graph, made, replaced: Object.keys(state) };
}
const late = (fn: StepFunction, signature: Signature): string[] => {
  const { graph, made, replaced } = traced(fn, signature);
  const safe = aliasable(graph, made);
  return replaced.filter((name) => !safe.has(name)).sort();
};

const vector = { shape: [3], dtype: "float32" as const };
/** Of a step on the entries a and b. */
const lateOf = (next: (state: Tensors) => Tensors, outputs: (state: Tensors) => Tensors = () => ({})): string[] =>
  late((state) => ({ state: next(state), outputs: outputs(state) }), { state: { a: vector, b: vector }, inputs: {} });

test("an entry is safe where its writer comes after all its readers", () => {
  assert.deepEqual(
    lateOf(({ a, b }) => ({ a: tf.add(a!, b!) })),
    [],
  );
  assert.deepEqual(
    lateOf(({ a, b }) => ({ a: tf.add(a!, b!), b: tf.add(b!, 1) })),
    ["b"],
    "a may be written after b",
  );
  assert.deepEqual(
    lateOf(
      ({ a }) => ({ a: tf.add(a!, 1) }),
      ({ a }) => ({ sum: tf.sum(a!) }),
    ),
    ["a"],
    "the sum may come after",
  );
  assert.deepEqual(
    lateOf(({ a }) => ({ a: tf.add(a!, tf.sum(a!)) })),
    [],
  );
});

test("an entry is not safe where a view is read late, where entries change places, or where its writer does not go one by one", () => {
  const viewed = ({ a }: Tensors): Tensors => ({ y: tf.neg(tf.reshape(tf.reshape(a!, [3, 1]), [1, 3])) });
  assert.deepEqual(
    lateOf(({ b }) => ({ a: tf.add(b!, 1) }), viewed),
    ["a"],
  );
  assert.deepEqual(
    lateOf(({ a, b }) => ({ a: b!, b: a! })),
    ["a", "b"],
  );
  assert.deepEqual(
    lateOf(({ a }) => ({ a: tf.cumsum(a!) })),
    ["a"],
  );
  assert.deepEqual(
    lateOf(({ b }) => ({ a: tf.neg(b!), b: tf.neg(b!) })),
    ["b"],
  );
});

test("a large entry is safe where each block of it is, and nothing outside of the block reads it", () => {
  const large = { shape: [1025, 1024], dtype: "float32" as const };
  const lateOf = (next: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor[]): string[] =>
    late(
      ({ a, b }) => {
        const [first, second] = next(a!, b!);
        return { state: { a: first!, ...(second && { b: second }) }, outputs: {} };
      },
      { state: { a: large, b: large }, inputs: {} },
    );
  const blocks = (a: tf.Tensor, b: tf.Tensor, f: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor[]): tf.Tensor[] =>
    inBlocks([a, b], ([x, y]) => f(x!, y!));
  assert.deepEqual(
    lateOf((a, b) => blocks(a, b, (x, y) => [tf.add(tf.neg(x), y)])),
    [],
  );
  assert.deepEqual(
    lateOf((a, b) =>
      blocks(a, b, (x, y) => {
        const made = tf.add(x, y);
        return [made, tf.add(tf.neg(y), made)];
      }),
    ),
    [],
  );
  assert.deepEqual(
    lateOf((a, b) => blocks(a, b, (x, y) => [tf.add(x, y), tf.sub(tf.neg(y), x)])),
    ["a", "b"],
    "either may be written before it is read for the other",
  );
  assert.deepEqual(
    lateOf((a, b) => [...blocks(a, b, (x, y) => [tf.add(x, y)]), tf.neg(b)]),
    ["b"],
  );
  assert.deepEqual(
    lateOf((a, b) => blocks(a, b, (x, y) => [tf.add(tf.add(x, y), tf.sum(a))])),
    ["a"],
    "a block reads all of it",
  );
});

/** Feed-forward matrices are large enough to be updated alone. */
const config = { ...families.llama, ffn: 1040 };
const step = (optimiser: Optimiser = adamw(), leaves = allOf(config)) =>
  trainStep({ config, batch: 3, context: 8, objective: causal(), optimiser, leaves });
const rows = selection({ trainable: { embedding: [2, 3, 7], layers: [-1] } }).of({ config, seed: 1 });
const lateOn = (optimiser: Optimiser): string[] => {
  const { fn, signature } = step(optimiser);
  return late(fn, signature);
};
const inPlace = { rows: { clip: 1, leaves: rows }, "clip 1": { clip: 1 }, "clip Infinity": { clip: Infinity } };

test("a step that clips by the norm is written in place as a whole, one that does not clip is not", () => {
  assert.deepEqual(lateOn(adamw()), []);
  assert.deepEqual(lateOn(adamw({ weightDecay: 0 })), []);
  assert.deepEqual(lateOn(muon()), []);
  const partly = step(adamw(), rows);
  assert.deepEqual(late(partly.fn, partly.signature), [], "rows are put back where they were taken from");
  const lions = lateOn(lion());
  assert.ok(lions.includes("lion.momentum.small"), "its direction reads what its next momentum replaces");
  assert.ok(lions.every((name) => name.startsWith("lion.momentum.")));
  const free = lateOn(adamw({ clip: Infinity }));
  assert.ok(
    free.includes("model.layers.1.mlp.up_proj.weight"),
    "its gradient may be used before the layer below is done",
  );
  assert.ok(free.every((name) => name in parameterShapes(config)));
  const { each, last } = accumulated({
    config,
    batch: 3,
    context: 8,
    objective: causal(),
    optimiser: adamw(),
  });
  assert.deepEqual(late(each.fn, each.signature), []);
  assert.deepEqual(late(last!.fn, last!.signature), []);
});

for (const [name, { clip, leaves = allOf(config) }] of Object.entries<{ clip: number; leaves?: Leaves }>(inPlace))
  test(`${name}: steps in place leave the bits of steps into fresh memory`, async () => {
    const optimiser = adamw({ clip });
    const { fn, signature } = step(optimiser, leaves);
    const begun = { ...init({ config, rng: rng(1) }), ...slotsAtStart({ leaves, optimiser }) };
    const { graph, made } = traced(fn, signature);
    const fresh = await ort.InferenceSession.create(writeModel(graph, made), {
      extra: { session: { set_denormal_as_zero: "1" } },
    });
    const engine = await engineOn("cpu");
    const program = await engine.compile(fn, signature);
    const state = engine.upload(begun);
    const tensors = Object.fromEntries(
      Object.entries(begun as Weights).map(([name, { shape, data }]) => [
        name,
        new ort.Tensor("float32", data.slice(), shape),
      ]),
    );
    const draw = rng(2);
    for (let at = 1; at <= 4; at++) {
      const tokens = Int32Array.from({ length: 3 * 9 }, () => draw.int(config.vocabSize));
      const feeds: Feeds = { tokens, ...optimiser.scalars(at, 1e-2) };
      await program.run(state, feeds);
      const fed = Object.entries(signature.inputs).map(([name, { shape, dtype }]) => [
        `input.${name}`,
        new ort.Tensor(dtype as "float32" | "int32", feeds[name]!, shape),
      ]);
      const read = fresh.inputNames.filter((name) => name.startsWith("state."));
      const results = await fresh.run({
        ...Object.fromEntries(read.map((name) => [name, tensors[name.slice("state.".length)]!])),
        ...Object.fromEntries(fed),
      });
      for (const name of Object.keys(tensors))
        tensors[name] = (results[`next.${name}`] as (typeof tensors)[string] | undefined) ?? tensors[name]!;
    }
    const left = await state.download();
    for (const [name, { data }] of Object.entries(left))
      assert.deepEqual(
        Buffer.from(data.buffer),
        Buffer.from((tensors[name]!.data as Float32Array).slice().buffer),
        name,
      );
    state.dispose();
    await program.dispose();
  });

test("a state is of no use after a run on it failed half-way, and says so", async () => {
  const engine = await engineOn("cpu");
  const { fn, signature } = step();
  const program = await engine.compile(fn, signature);
  const optimiser = adamw();
  const state = engine.upload({
    ...init({ config, rng: rng(1) }),
    ...slotsAtStart({ leaves: allOf(config), optimiser }),
  });
  const feeds = { tokens: new Int32Array(3 * 9).fill(config.vocabSize), ...optimiser.scalars(1, 1e-2) };
  await assert.rejects(program.run(state, feeds), /^Error: engine: the step failed on cpu: /);
  const told = /^Error: engine: invalid state: a run on it failed half-way/;
  await assert.rejects(program.run(state, feeds), told);
  await assert.rejects(state.download(), told);
  state.dispose();
  await program.dispose();
});
