/**
 * Functions that treat each number of large tensors alone, a block of numbers at a time. ONNX Runtime passes over memory once for each
 * operator; of a block all that a chain of them makes on its way stays in the processor's cache, and is nowhere else.
 */
import * as tf from "../../tensors.js";
import { onValues } from "../trace.js";
import { defineOp } from "./define.js";

/** Numbers in a block: at most, and at least for what it costs to begin with another. */
const [MOST, LEAST] = [2 ** 19, 2 ** 17];

/** Blocks of equal size, as few as there may be; 1 where there is no such size. */
export function blocksOf(size: number): number {
  for (let count = Math.ceil(size / MOST); size / count >= LEAST; count++) if (size % count === 0) return count;
  return 1;
}

const blockwise = defineOp<{ f: (tensors: tf.Tensor[]) => tf.Tensor[] }>({
  name: "InBlocks",
  devices: ["cpu"],
  reference: (inputs, { f }) => f(inputs),
  emit: ({ graph, inputs, attrs: { f } }) => {
    const { shape } = inputs[0]!;
    const size = tf.util.sizeFromShape(shape);
    const count = blocksOf(size);
    const cut = inputs.map((value) => graph.reshape(value, [count, size / count]));
    return graph.scan(cut, onValues(f)).map((value) => graph.reshape(value, shape));
  },
});

/** What `f` makes of tensors of one shape, number by number: tensors of that shape. Besides them it may read scalars. Has no gradient. */
export const inBlocks = (inputs: tf.Tensor[], f: (tensors: tf.Tensor[]) => tf.Tensor[]): tf.Tensor[] =>
  blocksOf(inputs[0]!.size) === 1 ? f(inputs) : blockwise(inputs, { f });
