/**
 * Order where no data asks for it. ONNX Runtime runs nodes in an order of its own, depth first from the outputs, and not in that
 * of the file; what is to come after something else must read from it.
 */
import * as tf from "../../tensors.js";
import type { Graph, Value } from "../graph.js";
import { defineOp, withGradient } from "./define.js";

const LOWEST = -3.4028234663852886e38;
const devices = ["cpu", "cuda"] as const;

/** max(x, min(first number of each of `after`, lowest float)), which is x, bit for bit, unless one of them is NaN. */
export function fenced(graph: Graph, x: Value, after: Value[], onlyIfWanted = false): Value {
  const firsts = after.map((value) => {
    const each = (at: number): Value => graph.integers(value.shape.map(() => at));
    const shape = value.shape.map(() => 1);
    return shape.length === 0 ? value : graph.node("Slice", { inputs: [value, each(0), each(1)], shape });
  });
  const low = graph.node("Min", {
    inputs: [graph.scalar(LOWEST), ...firsts],
    shape: Array<number>(Math.max(0, ...firsts.map(({ shape }) => shape.length))).fill(1),
    ...(onlyIfWanted && { after: Object.fromEntries(firsts.map(({ name }, i) => [name, after[i]!.name])) }),
  });
  return graph.node("Max", { inputs: [x, graph.reshape(low, [])], shape: x.shape });
}

const fenceOp = defineOp<object>({
  name: "Fence",
  devices: [...devices],
  reference: ([x]) => [tf.clone(x!)],
  emit: ({ graph, inputs: [x, ...after] }) => [fenced(graph, x!, after)],
});

/** x, but not before `after` has been computed. Has no gradient of its own. */
export const fence = (x: tf.Tensor, after: readonly tf.Tensor[]): tf.Tensor => fenceOp([x, ...after], {})[0]!;

/** How many nodes each graph had at its last `fenceAll`. */
const last = new WeakMap<Graph, number>();

const fenceAllOp = defineOp<object>({
  name: "FenceAll",
  devices: [...devices],
  reference: ([x]) => [tf.clone(x!)],
  emit: ({ graph, inputs: [x, ...after] }) => {
    const waits = new Set([x!, ...after].map(({ name }) => name));
    const unread = graph.unread(last.get(graph) ?? 0).filter(({ name }) => !waits.has(name));
    const first = fenced(graph, x!, unread, true);
    const ordered = after.length === 0 ? first : fenced(graph, first, after);
    last.set(graph, graph.nodes.length);
    return [ordered];
  },
});

/**
 * x, but not before `after` and all that nothing has read yet of what was computed since the last such fence: in a backward
 * pass the gradients of the weights of the layer above, which would else wait, with all they are made of, for the update.
 */
export const fenceAll = (x: tf.Tensor, after: readonly tf.Tensor[]): tf.Tensor => fenceAllOp([x, ...after], {})[0]!;

/**
 * x; in the backward pass what is before it waits for the gradients of the weights behind it, which else would come last of all:
 * made here, they find what they are made of in the processor's cache, and it is not kept until the update.
 */
export const inTurn = (x: tf.Tensor): tf.Tensor =>
  withGradient(
    [x],
    () => ({ value: tf.clone(x), saved: [] }),
    (dy) => [fenceAll(dy, [])],
  );
