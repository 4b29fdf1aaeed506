/**
 * Order where no data asks for it. ONNX Runtime runs nodes in an order of its own, depth first from the outputs, and not in that
 * of the file; what is to come after something else must read from it.
 */
import * as tf from "@tensorflow/tfjs";
import type { Value } from "../graph.js";
import { defineOp } from "./define.js";

const LOWEST = -3.4028234663852886e38;

/** max(x, min(first number of each of `after`, lowest float)), which is x, bit for bit, unless one of them is NaN. */
const fenceOp = defineOp<object>({
  name: "Fence",
  devices: ["cpu", "cuda"],
  reference: ([x]) => [tf.clone(x!)],
  emit: ({ graph, inputs: [x, ...after] }) => {
    const first = (value: Value): Value => {
      const flat = graph.reshape(value, [value.shape.reduce((a, b) => a * b, 1)]);
      const inputs = [flat, graph.integers([0]), graph.integers([1])];
      return graph.reshape(graph.node("Slice", { inputs, shape: [1] }), []);
    };
    const low = graph.node("Min", { inputs: [graph.scalar(LOWEST), ...after.map(first)], shape: [] });
    return [graph.node("Max", { inputs: [x, low], shape: x!.shape })];
  },
});

/** x, but not before `after` has been computed. Has no gradient of its own. */
export const fence = (x: tf.Tensor, after: readonly tf.Tensor[]): tf.Tensor => fenceOp([x, ...after], {})[0]!;
