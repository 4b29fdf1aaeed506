/** Kernels that fold axes away, running sums and products, and softmax. */
import * as tf from "../../tensors.js";
import type { Emitter } from "./types.js";

const fold =
  (op: string): Emitter =>
  ({ graph, inputs: { x }, attrs }) => {
    const axes = tf.util.parseAxisParam((attrs.axis ?? attrs.reductionIndices) as number[], x!.shape);
    const keep = attrs.keepDims ? 1 : 0;
    const shape = keep
      ? x!.shape.map((size, i) => (axes.includes(i) ? 1 : size))
      : x!.shape.filter((_, i) => !axes.includes(i));
    if (axes.length === 0) return x!;
    if (axes.every((axis) => x!.shape[axis] === 1)) return graph.reshape(x!, shape);
    return graph.node(op, { inputs: [x, graph.integers(axes)], shape, attributes: { keepdims: keep } });
  };

/** TensorFlow.js takes the mean of whole numbers in floats. */
const mean: Emitter = (call) =>
  fold("ReduceMean")({ ...call, inputs: { x: call.graph.cast(call.inputs.x!, "float32") } });

const argMax: Emitter = ({ graph, inputs: { x }, attrs }) => {
  const axis = tf.util.parseAxisParam(attrs.axis as number, x!.shape)[0]!;
  const shape = x!.shape.filter((_, i) => i !== axis);
  return graph.cast(
    graph.node("ArgMax", { inputs: [x], shape, dtype: "int64", attributes: { axis, keepdims: 0 } }),
    "int32",
  );
};

const cumsum: Emitter = ({ graph, inputs: { x }, attrs }) =>
  graph.node("CumSum", {
    inputs: [x, graph.scalar(tf.util.parseAxisParam(attrs.axis as number, x!.shape)[0]!, "int64")],
    shape: x!.shape,
    attributes: { exclusive: attrs.exclusive ? 1 : 0, reverse: attrs.reverse ? 1 : 0 },
  });

/** Every prefix as a row of a table with ones in place of the rest, then the product of each row: short axes only. */
const cumprod: Emitter = ({ graph, inputs: { x }, attrs }) => {
  const { shape, dtype } = x!;
  const axis = tf.util.parseAxisParam(attrs.axis as number, shape)[0]!;
  const size = shape[axis]!;
  const belongs = (i: number, j: number): boolean => (attrs.reverse ? j > i : j < i) || (i === j && !attrs.exclusive);
  const inner = shape.slice(axis + 1).map(() => 1);
  const mask = graph.constant(
    Array.from({ length: size * size }, (_, n) => Number(belongs(Math.floor(n / size), n % size))),
    [size, size, ...inner],
    "bool",
  );
  const wide = [...shape.slice(0, axis), size, ...shape.slice(axis)];
  const row = graph.reshape(x!, [...shape.slice(0, axis), 1, ...shape.slice(axis)]);
  const table = graph.node("Where", { inputs: [mask, row, graph.scalar(1, dtype)], shape: wide, dtype });
  return graph.node("ReduceProd", { inputs: [table, graph.integers([axis + 1])], shape, attributes: { keepdims: 0 } });
};

const softmax: Emitter = ({ graph, inputs: { logits }, attrs }) =>
  graph.node("Softmax", {
    inputs: [logits],
    shape: logits!.shape,
    attributes: { axis: (attrs.dim as number | undefined) ?? -1 },
  });

/** A sum of squares reads them once. */
const sum: Emitter = (call) => {
  const { squareOf } = call.inputs.x!;
  return squareOf ? fold("ReduceSumSquare")({ ...call, inputs: { x: squareOf } }) : fold("ReduceSum")(call);
};

export const reduce: Record<string, Emitter> = {
  Sum: sum,
  Mean: mean,
  Max: fold("ReduceMax"),
  Min: fold("ReduceMin"),
  Prod: fold("ReduceProd"),
  ArgMax: argMax,
  Cumsum: cumsum,
  Cumprod: cumprod,
  Softmax: softmax,
};
