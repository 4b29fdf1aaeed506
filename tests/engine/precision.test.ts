import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { type Device, inPrecision } from "../../src/engine/index.js";
import { trace } from "../../src/engine/trace.js";

const spec = (shape: number[]) => ({ shape, dtype: "float32" as const });
const products = new Set(["Gemm", "MatMul", "FusedMatMul"]);

for (const device of ["cpu", "webgpu", "cuda"] as Device[])
  test(`on ${device} every product of a step and of its gradient is of float16, and its result float32`, () => {
    const { graph, outputs } = trace(
      ({ w }, { x, y }) => {
        const gradient = (): tf.Tensor => {
          const loss = (w_: tf.Tensor): tf.Scalar => {
            const flat = tf.matMul(x as tf.Tensor2D, w_ as tf.Tensor2D);
            const batched = tf.matMul(tf.reshape(tf.tile(flat, [2, 1]), [2, 3, 5]), y!, false, true);
            return tf.sum(tf.square(batched));
          };
          return tf.grad(loss)(w!);
        };
        return {
          outputs: { half: inPrecision("float16", gradient), full: tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D) },
        };
      },
      { state: { w: spec([4, 5]) }, inputs: { x: spec([3, 4]), y: spec([2, 6, 5]) } },
      device,
    );
    const made = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
    const typeOf = (name: string): unknown => {
      const node = made.get(name);
      return node?.op === "Cast" ? node.attributes.to : node ? typeOf(node.inputs[0]!) : 1;
    };
    const seen = graph.nodes.filter(({ op }) => products.has(op));
    assert.ok(seen.length >= 5);
    const full = made.get(outputs.full!.name)!;
    for (const { inputs } of seen.slice(0, -1)) for (const name of inputs.slice(0, 2)) assert.equal(typeOf(name), 10);
    assert.ok(products.has(full.op) && full.inputs.every((name) => !made.has(name)), "outside it is float32");
    assert.equal(outputs.half!.dtype, "float32");
    const casts = graph.nodes.filter(({ op, inputs }) => op === "Cast" && inputs[0] === "state.w");
    assert.equal(casts.length, 1, "a weight is made narrow once");
  });
