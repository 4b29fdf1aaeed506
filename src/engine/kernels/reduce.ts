/** Kernels that fold axes away, and the softmaxes. */
import * as tf from "@tensorflow/tfjs";
import type { Emitter } from "../trace.js";

const fold =
  (op: string): Emitter =>
  ({ graph, inputs: { x }, attrs }) => {
    const axes = tf.util.parseAxisParam((attrs.axis ?? attrs.reductionIndices) as number[], x!.shape);
    const keep = attrs.keepDims ? 1 : 0;
    const shape = keep ? x!.shape.map((size, i) => (axes.includes(i) ? 1 : size)) : x!.shape.filter((_, i) => !axes.includes(i));
    if (axes.length === 0) return x!;
    if (axes.every((axis) => x!.shape[axis] === 1)) return graph.reshape(x!, shape);
    return graph.node(op, { inputs: [x, graph.integers(axes)], shape, attributes: { keepdims: keep } });
  };

const argMax: Emitter = ({ graph, inputs: { x }, attrs }) => {
  const axis = tf.util.parseAxisParam(attrs.axis as number, x!.shape)[0]!;
  const shape = x!.shape.filter((_, i) => i !== axis);
  const long = graph.node("ArgMax", { inputs: [x], shape, dtype: "int64", attributes: { axis, keepdims: 0 } });
  return graph.node("Cast", { inputs: [long], shape, dtype: "int32", attributes: { to: 6 } });
};

const cumsum: Emitter = ({ graph, inputs: { x }, attrs }) =>
  graph.node("CumSum", {
    inputs: [x, graph.scalar(tf.util.parseAxisParam(attrs.axis as number, x!.shape)[0]!, "int64")],
    shape: x!.shape,
    attributes: { exclusive: attrs.exclusive ? 1 : 0, reverse: attrs.reverse ? 1 : 0 },
  });

const softmax =
  (op: string): Emitter =>
  ({ graph, inputs: { logits }, attrs }) =>
    graph.node(op, { inputs: [logits], shape: logits!.shape, attributes: { axis: (attrs.dim ?? attrs.axis ?? -1) as number } });

export const reduce: Record<string, Emitter> = {
  Sum: fold("ReduceSum"),
  Mean: fold("ReduceMean"),
  Max: fold("ReduceMax"),
  Min: fold("ReduceMin"),
  Prod: fold("ReduceProd"),
  ArgMax: argMax,
  Cumsum: cumsum,
  Softmax: softmax("Softmax"),
  LogSoftmax: softmax("LogSoftmax"),
};
