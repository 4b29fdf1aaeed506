/** Gradients of weights are made as soon as they can be, not all of them at the end, and are what they would be then. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { inTurn, type StepFunction } from "../../src/engine/index.js";
import { readBy } from "../../src/engine/graph.js";
import { namedNodes } from "../../src/engine/onnx.js";
import { trace } from "../../src/engine/trace.js";
import { engineOn } from "./support.js";

const matrix = { shape: [4, 4], dtype: "float32" as const };
const signature = { state: { first: matrix, second: matrix }, inputs: { x: matrix } };

/** Gradients of two layers, with `between` between them. */
const stepWith =
  (between: (x: tf.Tensor) => tf.Tensor): StepFunction =>
  ({ first, second }, { x }) => {
    const loss = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => {
      const hidden = between(tf.tanh(tf.matMul(x as tf.Tensor2D, a as tf.Tensor2D)));
      return tf.sum(tf.square(tf.matMul(hidden as tf.Tensor2D, b as tf.Tensor2D)));
    };
    const [a, b] = tf.grads(loss)([first!, second!]);
    return { outputs: { first: a!, second: b! } };
  };

/** Whether the gradient of the first weights must wait for that of the second. */
function waits(fn: StepFunction): boolean {
  const { graph, outputs } = trace(fn, signature, "cpu");
  const nodes = namedNodes(graph, outputs);
  const before = new Set(["first"]);
  for (const node of [...nodes].reverse())
    if (node.outputs.some((name) => before.has(name))) for (const name of readBy(node)) before.add(name);
  return before.has("second");
}

test("in turn, the gradient of a layer's weights comes before those of the layers before it, to the same bits", async () => {
  assert.equal(waits(stepWith((x) => x)), false, "else the order is ONNX Runtime's");
  assert.equal(waits(stepWith(inTurn)), true);
  const engine = await engineOn("cpu", 1);
  const numbers = (phase: number) => Float32Array.from({ length: 16 }, (_, i) => Math.sin(i + phase));
  const results = [];
  for (const between of [(x: tf.Tensor) => x, inTurn]) {
    const state = engine.upload({
      first: { shape: [4, 4], data: numbers(1) },
      second: { shape: [4, 4], data: numbers(2) },
    });
    const program = await engine.compile(stepWith(between), signature);
    results.push(await program.run(state, { x: numbers(3) }));
    state.dispose();
    await program.dispose();
  }
  assert.ok(results[0]!.first!.some((number) => number !== 0));
  assert.deepEqual(results[1], results[0]);
});
