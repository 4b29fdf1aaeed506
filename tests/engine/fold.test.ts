/** Sums that become part of a matrix product, and those that must not: numbers are the reference's either way. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import type { StepFunction, Tensors } from "../../src/engine/index.js";
import { namedNodes } from "../../src/engine/onnx.js";
import { trace } from "../../src/engine/trace.js";
import { engineOn } from "./support.js";

const shapes: Record<string, number[]> = { a: [2, 3], b: [3, 4], c: [2, 4], row: [4], cell: [1, 1], deep: [5, 2, 4] };
const inputs = Object.fromEntries(
  Object.entries(shapes).map(([name, shape]) => [name, { shape, dtype: "float32" as const }]),
);
const feeds = Object.fromEntries(
  Object.entries(shapes).map(([name, shape]) => {
    const size = shape.reduce((a, b) => a * b, 1);
    return [name, Float32Array.from({ length: size }, (_, i) => Math.sin(i + name.charCodeAt(0)))];
  }),
);
type Formula = (fed: Tensors) => Tensors;

async function foldsTo(formula: Formula, ops: string[]): Promise<void> {
  const fn: StepFunction = (_, fed) => ({ outputs: formula(fed) });
  const { graph, outputs } = trace(fn, { state: {}, inputs }, "cpu");
  const found = namedNodes(graph, outputs).map(({ op, inputs }) => (op === "Gemm" ? `${op} of ${inputs.length}` : op));
  assert.deepEqual(found, ops);
  const results: Record<string, Float32Array>[] = [];
  for (const device of ["cpu", "reference"] as const) {
    const engine = await engineOn(device, 1);
    const program = await engine.compile(fn, { state: {}, inputs });
    results.push(await program.run(engine.upload({}), feeds));
    await program.dispose();
  }
  for (const [name, values] of Object.entries(results[0]!))
    values.forEach((value, i) => assert.ok(Math.abs(value - results[1]![name]![i]!) < 1e-5, `${name}[${i}]`));
}

const product = ({ a, b }: Tensors): tf.Tensor => tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D);
const doubled = (x: tf.Tensor): Tensors => ({ y: tf.mul(x, 2) });

test("a matrix or a row that is added to a product, on either side", async () => {
  await foldsTo((fed) => doubled(tf.add(product(fed), fed.c!)), ["Gemm of 3", "Mul"]);
  await foldsTo((fed) => doubled(tf.add(fed.row!, product(fed))), ["Gemm of 3", "Mul"]);
  await foldsTo((fed) => doubled(tf.add(product(fed), fed.cell!)), ["Gemm of 3", "Mul"]);
});

test("of two products and a third, one after another", () =>
  foldsTo(
    (fed) =>
      doubled(
        tf.add(tf.add(product(fed), product({ ...fed, a: tf.neg(fed.a!) })), product({ ...fed, a: tf.exp(fed.a!) })),
      ),
    ["Gemm of 2", "Neg", "Gemm of 3", "Exp", "Gemm of 3", "Mul"],
  ));

test("not of a product that is read again, that leaves, that grows, or whose sum leaves", async () => {
  await foldsTo(
    (fed) => {
      const own = product(fed);
      return doubled(tf.mul(tf.add(own, fed.c!), own));
    },
    ["Gemm of 2", "Add", "Mul", "Mul"],
  );
  await foldsTo(
    (fed) => {
      const own = product(fed);
      return { own, ...doubled(tf.add(own, fed.c!)) };
    },
    ["Gemm of 2", "Add", "Mul"],
  );
  await foldsTo((fed) => doubled(tf.add(product(fed), fed.deep!)), ["Gemm of 2", "Add", "Mul"]);
  await foldsTo((fed) => ({ y: tf.add(product(fed), fed.c!) }), ["Gemm of 2", "Add"]);
});
