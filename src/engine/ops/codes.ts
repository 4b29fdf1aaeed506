/**
 * Numbers as codes of 8 bits, row by row: a whole number from 0 to 255, times the row's scale after `zero` is taken from it. What
 * is linear here may be a power of what is meant; rows are short, so that one large number spoils few others (Dettmers et al.
 * 2021, https://arxiv.org/abs/2110.02861). Without gradients.
 */
import * as tf from "../../tensors.js";
import type { Graph, Value } from "../graph.js";
import type { Device } from "../types.js";
import { defineOp } from "./define.js";

interface Zero {
  /** The code of 0. */
  zero: number;
}

const devices: Device[] = ["cpu"];

/** ONNX wants a zero for every row. */
const zeros = (graph: Graph, zero: number, { shape: [rows] }: Value): Value => graph.fill(zero, [rows!], "uint8");

const coded = defineOp<Zero>({
  name: "Codes",
  devices,
  reference: ([x, scale], { zero }) => [
    tf.clipByValue(tf.round(tf.add(tf.div(x!, tf.expandDims(scale!, 1)), zero)), 0, 255),
  ],
  emit: ({ graph, inputs: [x, scale], attrs: { zero } }) => {
    const inputs = [x!, scale!, zeros(graph, zero, scale!)];
    const codes = graph.node("QuantizeLinear", { inputs, shape: x!.shape, dtype: "uint8", attributes: { axis: 0 } });
    return [{ ...graph.cast(codes, "float32"), codes }];
  },
});

const decoded = defineOp<Zero>({
  name: "Decoded",
  devices,
  reference: ([codes, scale], { zero }) => [tf.mul(tf.sub(codes!, zero), tf.expandDims(scale!, 1))],
  emit: ({ graph, inputs: [codes, scale], attrs: { zero } }) => {
    const inputs = [codes!.codes ?? graph.cast(codes!, "uint8"), scale!, zeros(graph, zero, scale!)];
    const { shape } = codes!;
    return [graph.node("DequantizeLinear", { inputs, shape, dtype: "float32", attributes: { axis: 0 } })];
  },
});

/** x [rows, n], scale [rows], above 0 → codes [rows, n] as float32: x / scale rounded to the nearest, ties to even, plus `zero`. */
export const codesOf = (x: tf.Tensor, scale: tf.Tensor, zero = 0): tf.Tensor => coded([x, scale], { zero })[0]!;

/** codes [rows, n], scale [rows] → (codes − zero) · scale. */
export const numbersOfCodes = (codes: tf.Tensor, scale: tf.Tensor, zero = 0): tf.Tensor =>
  decoded([codes, scale], { zero })[0]!;
