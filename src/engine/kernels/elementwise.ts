/** Kernels that treat each element alone, with broadcasting. */
import * as tf from "../../tensors.js";
import type { Graph, Value, ValueType } from "../graph.js";
import type { Emitter, KernelCall } from "./types.js";
import { scatterAdd } from "./gather.js";

const unary =
  (op: string, domain: "" | "com.microsoft" = ""): Emitter =>
  ({ graph, inputs }) => {
    const x = inputs.x ?? inputs.features ?? inputs.logits!;
    return graph.node(op, { inputs: [x], shape: x.shape, domain });
  };

const binary =
  (op: string, dtype?: ValueType): Emitter =>
  ({ graph, inputs }) => {
    const { a, b } = inputs as { a: Value; b: Value };
    const shape = tf.broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
    const left = thin(graph, a, b, shape);
    // Of two filled tensors one must keep its shape, or the result would have neither's.
    const right = left === a ? thin(graph, b, a, shape) : b;
    return graph.node(op, { inputs: [left, right], shape, dtype: dtype ?? a.dtype });
  };

/** A tensor full of one value need not be built where a scalar broadcasts to the same. */
function thin(graph: Graph, value: Value, other: Value, shape: number[]): Value {
  return value.fill !== undefined && tf.util.arraysEqual(other.shape, shape)
    ? graph.scalar(value.fill, value.dtype)
    : value;
}

const isFill = (value: Value, constant: number): boolean => value.fill === constant;
const keepsShape = (value: Value, other: Value): boolean =>
  tf.util.arraysEqual(value.shape, tf.broadcast_util.assertAndGetBroadcastShape(value.shape, other.shape));

const multiply: Emitter = (call) => {
  const { a, b } = call.inputs as { a: Value; b: Value };
  if (isFill(b, 1) && keepsShape(a, b)) return a;
  if (isFill(a, 1) && keepsShape(b, a)) return b;
  return binary("Mul")(call);
};

/** Adding rows scattered into zeros is scattering them into the other term: no table of zeros, no pass over it. */
const add: Emitter = (call) => {
  const { a, b } = call.inputs as { a: Value; b: Value };
  if (isFill(b, 0) && keepsShape(a, b)) return a;
  if (isFill(a, 0) && keepsShape(b, a)) return b;
  if (b.scattered && tf.util.arraysEqual(a.shape, b.shape)) return scatter(call, a, b.scattered);
  if (a.scattered && tf.util.arraysEqual(a.shape, b.shape)) return scatter(call, b, a.scattered);
  return binary("Add")(call);
};
const scatter = (call: KernelCall, onto: Value, { ids, rows }: NonNullable<Value["scattered"]>): Value =>
  scatterAdd(call, onto, ids, rows);

const addN: Emitter = (call) =>
  Object.values(call.inputs).reduce((sum, next) => add({ ...call, inputs: { a: sum, b: next } }) as Value);

const cast: Emitter = ({ graph, inputs: { x }, attrs }) => {
  const dtype = attrs.dtype as ValueType;
  if (x!.dtype === dtype) return x!;
  if (x!.fill !== undefined) return graph.fill(castNumber(x!.fill, dtype), x!.shape, dtype);
  return graph.cast(x!, dtype);
};
const castNumber = (value: number, dtype: ValueType): number =>
  dtype === "float32" ? value : dtype === "bool" ? Number(value !== 0) : Math.trunc(value);

const square: Emitter = ({ graph, inputs: { x } }) => ({
  ...graph.node("Mul", { inputs: [x, x], shape: x!.shape }),
  squareOf: x!,
});
const rsqrt: Emitter = ({ graph, inputs: { x } }) =>
  graph.node("Reciprocal", { inputs: [graph.node("Sqrt", { inputs: [x], shape: x!.shape })], shape: x!.shape });
const squaredDifference: Emitter = (call) => {
  const difference = binary("Sub")(call) as Value;
  return call.graph.node("Mul", { inputs: [difference, difference], shape: difference.shape });
};
const notEqual: Emitter = (call) => {
  const equal = binary("Equal", "bool")(call) as Value;
  return call.graph.node("Not", { inputs: [equal], shape: equal.shape, dtype: "bool" });
};
const select: Emitter = ({ graph, inputs: { condition, t, e } }) => {
  const rank = t!.shape.length;
  const padded = [...condition!.shape, ...Array<number>(rank - condition!.shape.length).fill(1)];
  const shaped = graph.reshape(condition!, padded);
  // ONNX Runtime has no Where over booleans.
  const numeric = t!.dtype === "bool" ? "int32" : t!.dtype;
  const chosen = graph.node("Where", {
    inputs: [shaped, graph.cast(t!, numeric), graph.cast(e!, numeric)],
    shape: t!.shape,
    dtype: numeric,
  });
  return graph.cast(chosen, t!.dtype);
};
const clip: Emitter = ({ graph, inputs: { x }, attrs }) => {
  const { clipValueMin, clipValueMax } = attrs as { clipValueMin: number; clipValueMax: number };
  return graph.node("Clip", {
    inputs: [x, graph.scalar(clipValueMin, x!.dtype), graph.scalar(clipValueMax, x!.dtype)],
    shape: x!.shape,
  });
};
/** 1 where x > 0, `alpha` elsewhere: the derivative of (leaky) relu. */
const step: Emitter = ({ graph, inputs: { x }, attrs }) => {
  const { shape, dtype } = x!;
  const positive = graph.node("Greater", { inputs: [x, graph.scalar(0, dtype)], shape, dtype: "bool" });
  return graph.node("Where", {
    inputs: [positive, graph.scalar(1, dtype), graph.scalar((attrs.alpha as number) ?? 0, dtype)],
    shape,
    dtype,
  });
};

export const elementwise: Record<string, Emitter> = {
  Add: add,
  AddN: addN,
  Sub: binary("Sub"),
  Multiply: multiply,
  RealDiv: binary("Div"),
  Pow: binary("Pow"),
  Maximum: binary("Max"),
  Minimum: binary("Min"),
  SquaredDifference: squaredDifference,
  Greater: binary("Greater", "bool"),
  GreaterEqual: binary("GreaterOrEqual", "bool"),
  Less: binary("Less", "bool"),
  LessEqual: binary("LessOrEqual", "bool"),
  Equal: binary("Equal", "bool"),
  NotEqual: notEqual,
  LogicalAnd: binary("And", "bool"),
  LogicalOr: binary("Or", "bool"),
  LogicalNot: unary("Not"),
  Select: select,
  Abs: unary("Abs"),
  Neg: unary("Neg"),
  Exp: unary("Exp"),
  Log: unary("Log"),
  Sqrt: unary("Sqrt"),
  Rsqrt: rsqrt,
  Square: square,
  Reciprocal: unary("Reciprocal"),
  Sin: unary("Sin"),
  Cos: unary("Cos"),
  Tanh: unary("Tanh"),
  Sigmoid: unary("Sigmoid"),
  Softplus: unary("Softplus"),
  Relu: unary("Relu"),
  Erf: unary("Erf"),
  Floor: unary("Floor"),
  Ceil: unary("Ceil"),
  Round: unary("Round"),
  Sign: unary("Sign"),
  Step: step,
  ClipByValue: clip,
  Cast: cast,
};
