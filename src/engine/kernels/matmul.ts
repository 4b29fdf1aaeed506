/**
 * Matrix products: Gemm for two matrices, a batched product with folded transposes and scale otherwise; of float32 matrices
 * in 16 bits where the step asks for that, with a float32 result.
 */
import * as tf from "../../tensors.js";
import type { Graph, Value } from "../graph.js";
import type { Emitter } from "./types.js";
import type { Device } from "../types.js";

export interface Product {
  graph: Graph;
  device: Device;
  a: Value;
  b: Value;
  transposeA?: boolean;
  transposeB?: boolean;
  /** Multiplies the product. Defaults to 1. */
  alpha?: number;
}

export function product(options: Product): Value {
  const { graph, a, b, transposeA, transposeB } = options;
  // With a vector it is a sum.
  const sums = a.shape.at(transposeA ? -1 : -2) === 1 || b.shape.at(transposeB ? -2 : -1) === 1;
  if (graph.products === "float32" || a.dtype !== "float32" || sums) return productOf(options);
  return graph.cast(productOf({ ...options, a: graph.narrow(a), b: graph.narrow(b) }), "float32");
}

function productOf({ graph, device, a, b, transposeA = false, transposeB = false, alpha = 1 }: Product): Value {
  const matrixA = a.shape.slice(-2);
  const matrixB = b.shape.slice(-2);
  const m = matrixA[transposeA ? 1 : 0]!;
  const n = matrixB[transposeB ? 0 : 1]!;
  const batch = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const shape = [...batch, m, n];
  const floats = a.dtype.includes("float");
  if (floats && tf.util.sizeFromShape(batch) === 1) {
    const inputs = [graph.reshape(a, matrixA), graph.reshape(b, matrixB)];
    const attributes = { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0, alpha: { float: alpha } };
    return graph.reshape(graph.node("Gemm", { inputs, shape: [m, n], attributes }), shape);
  }
  if (floats && (device === "cpu" || device === "cuda")) {
    const attributes = { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0, alpha: { float: alpha } };
    return graph.node("FusedMatMul", { inputs: [a, b], shape, attributes, domain: "com.microsoft" });
  }
  const own = graph.node("MatMul", { inputs: [turn(graph, a, transposeA), turn(graph, b, transposeB)], shape });
  const plain = floats ? graph.cast(own, "float32") : own;
  return alpha === 1 ? plain : graph.node("Mul", { inputs: [plain, graph.scalar(alpha)], shape });
}

function turn(graph: Graph, value: Value, transposed: boolean): Value {
  if (!transposed) return value;
  const rank = value.shape.length;
  return graph.transpose(value, [...Array(rank - 2).keys(), rank - 1, rank - 2]);
}

export const matmul: Record<string, Emitter> = {
  BatchMatMul: ({ graph, device, inputs: { a, b }, attrs }) =>
    product({
      graph,
      device,
      a: a!,
      b: b!,
      transposeA: attrs.transposeA as boolean,
      transposeB: attrs.transposeB as boolean,
    }),
};
