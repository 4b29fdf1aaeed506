/** Chains of operators on large tensors, a block at a time: the bits of the same on whole tensors, written where they were read. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { inBlocks, type StepFunction } from "../../src/engine/index.js";
import { blocksOf } from "../../src/engine/ops/blocks.js";
import { engineOn } from "./support.js";

test("blocks are of one size, as few as memory near the processor allows, and one where there is no such size", () => {
  assert.equal(blocksOf(2 ** 19), 1);
  assert.equal(blocksOf(2 ** 20), 2);
  assert.equal(blocksOf(50257 * 768), 87);
  assert.equal(blocksOf(1000003), 1, "a prime");
});

test("state in blocks is what it is as a whole, step after step", async () => {
  const shape = [1025, 1024];
  const size = 1025 * 1024;
  const data = (phase: number) => Float32Array.from({ length: size }, (_, i) => Math.sin(i * 0.37 + phase));
  const signature = {
    state: Object.fromEntries(["leaf", "moment"].map((name) => [name, { shape, dtype: "float32" as const }])),
    inputs: { rate: { shape: [], dtype: "float32" as const } },
  };
  const stepWith =
    (each: typeof inBlocks): StepFunction =>
    ({ leaf, moment }, { rate }) => {
      const twice = tf.mul(rate!, 2);
      const [next, after] = each([leaf!, moment!, tf.sin(leaf!)], ([x, m, g]) => {
        const mixed = tf.add(tf.mul(m!, 0.9), g!);
        return [tf.sub(x!, tf.mul(tf.div(mixed, tf.add(tf.sqrt(tf.square(g!)), 1e-3)), twice)), mixed];
      });
      return { state: { leaf: next!, moment: after! }, outputs: { sum: tf.sum(after!) } };
    };
  const engine = await engineOn("cpu", 1);
  const results = [];
  for (const each of [inBlocks, (inputs, f) => f(inputs)] satisfies (typeof inBlocks)[]) {
    const state = engine.upload({ leaf: { shape, data: data(0) }, moment: { shape, data: data(1) } });
    const program = await engine.compile(stepWith(each), signature);
    for (let i = 1; i <= 2; i++) await program.run(state, { rate: Float32Array.of(0.1 / i) });
    results.push(await state.download());
    state.dispose();
    await program.dispose();
  }
  for (const name of ["leaf", "moment"]) {
    assert.deepEqual(results[0]![name]!.shape, shape);
    assert.equal(
      Buffer.compare(...(results.map((each) => Buffer.from(each[name]!.data.buffer)) as [Buffer, Buffer])),
      0,
    );
  }
});
