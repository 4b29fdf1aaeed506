/** Kernels that move or make elements without arithmetic. */
import * as tf from "../../tensors.js";
import type { Value, ValueType } from "../graph.js";
import type { Emitter, KernelCall } from "./types.js";

const sizeOf = tf.util.sizeFromShape;

const identity: Emitter = ({ inputs: { x } }) => ({ ...x! });

const reshape: Emitter = ({ graph, inputs: { x }, attrs }) =>
  graph.reshape(x!, tf.util.inferFromImplicitShape(attrs.shape as number[], sizeOf(x!.shape)));

const expandDims: Emitter = ({ graph, inputs: { input }, attrs }) => {
  const shape = [...input!.shape];
  const dim = attrs.dim as number;
  shape.splice(dim < 0 ? shape.length + dim + 1 : dim, 0, 1);
  return graph.reshape(input!, shape);
};

const transpose: Emitter = ({ graph, inputs: { x }, attrs }) => graph.transpose(x!, attrs.perm as number[]);

const concat: Emitter = ({ graph, inputs, attrs }) => {
  const values = Object.values(inputs).filter((value) => sizeOf(value.shape) > 0);
  const axis = tf.util.parseAxisParam(attrs.axis as number, values[0]!.shape)[0]!;
  if (values.length === 1) return values[0]!;
  const shape = [...values[0]!.shape];
  shape[axis] = values.reduce((sum, value) => sum + value.shape[axis]!, 0);
  return graph.node("Concat", { inputs: values, shape, attributes: { axis } });
};

const pack: Emitter = (call) => {
  const values = Object.values(call.inputs);
  const axis = tf.util.parseAxisParam(call.attrs.axis as number, [...values[0]!.shape, 1])[0]!;
  const inputs = values.map((value) => {
    const shape = [...value.shape];
    shape.splice(axis, 0, 1);
    return call.graph.reshape(value, shape);
  });
  return concat({ ...call, inputs: Object.fromEntries(inputs.entries()), attrs: { axis } });
};

/** A shader may bind so many buffers (WebGPU promises eight), and Split binds one for each piece. */
const MOST_PIECES_ON_WEBGPU = 6;

/** `x` cut along `axis` into pieces of these sizes. */
function cut({ graph, device }: KernelCall, x: Value, axis: number, sizes: number[]): Value[] {
  const shapes = sizes.map((size) => x.shape.map((whole, i) => (i === axis ? size : whole)));
  if (device !== "webgpu" || sizes.length <= MOST_PIECES_ON_WEBGPU)
    return graph.multi("Split", { inputs: [x, graph.integers(sizes)], attributes: { axis } }, shapes) as Value[];
  let end = 0;
  return sizes.map((size, i) => {
    const bounds = [end, (end += size), axis].map((at) => graph.integers([at]));
    return graph.node("Slice", { inputs: [x, ...bounds], shape: shapes[i]! });
  });
}

const unpack: Emitter = (call) => {
  const value = call.inputs.value!;
  const axis = tf.util.parseAxisParam(call.attrs.axis as number, value.shape)[0]!;
  const rest = value.shape.filter((_, i) => i !== axis);
  return cut(call, value, axis, Array<number>(value.shape[axis]!).fill(1)).map((one) => call.graph.reshape(one, rest));
};

const split: Emitter = (call) => {
  const x = call.inputs.x!;
  const axis = tf.util.parseAxisParam(call.attrs.axis as number, x.shape)[0]!;
  const sizes = tf.backend_util.prepareSplitSize(
    { shape: x.shape } as tf.Tensor,
    call.attrs.numOrSizeSplits as number,
    axis,
  );
  return cut(call, x, axis, sizes);
};

const slice: Emitter = ({ graph, inputs: { x }, attrs }) => {
  const [begin, size] = tf.slice_util.parseSliceParams(
    { shape: x!.shape, rank: x!.shape.length } as tf.Tensor,
    attrs.begin as number[],
    attrs.size as number[],
  );
  const end = begin!.map((from, i) => from + size![i]!);
  return graph.node("Slice", { inputs: [x, graph.integers(begin!), graph.integers(end)], shape: size! });
};

const pad: Emitter = ({ graph, inputs: { x }, attrs }) => {
  const paddings = attrs.paddings as [number, number][];
  const pads = graph.integers([...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)]);
  const shape = x!.shape.map((size, i) => size + paddings[i]![0] + paddings[i]![1]);
  return graph.node("Pad", { inputs: [x, pads, graph.scalar(attrs.constantValue as number, x!.dtype)], shape });
};

const tile: Emitter = ({ graph, inputs: { x }, attrs }) => {
  const reps = attrs.reps as number[];
  if (reps.every((times) => times === 1)) return x!;
  return graph.node("Tile", { inputs: [x, graph.integers(reps)], shape: x!.shape.map((size, i) => size * reps[i]!) });
};

const fill: Emitter = ({ graph, attrs }) =>
  graph.fill(attrs.value as number, attrs.shape as number[], (attrs.dtype as ValueType | undefined) ?? "float32");

const range: Emitter = ({ graph, attrs }) => {
  const { start, stop, step: given, dtype } = attrs as { start: number; stop: number; step: number; dtype?: ValueType };
  // TensorFlow.js counts down when only the default step of 1 stands against it.
  const step = stop < start && given === 1 ? -1 : given;
  const values = Array.from({ length: Math.max(0, Math.ceil((stop - start) / step)) }, (_, i) => start + i * step);
  return graph.constant(values, [values.length], dtype ?? "float32");
};

export const shape: Record<string, Emitter> = {
  Identity: identity,
  Reshape: reshape,
  ExpandDims: expandDims,
  Transpose: transpose,
  Concat: concat,
  Pack: pack,
  Unpack: unpack,
  SplitV: split,
  Slice: slice,
  PadV2: pad,
  Tile: tile,
  Fill: fill,
  Range: range,
  ZerosLike: ({ graph, inputs: { x } }) => graph.fill(0, x!.shape, x!.dtype),
  OnesLike: ({ graph, inputs: { x } }) => graph.fill(1, x!.shape, x!.dtype),
};
