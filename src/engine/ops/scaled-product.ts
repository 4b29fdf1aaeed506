/** alpha · a·b over the last two axes, either side transposed; scale and transposes cost nothing where they can be folded. */
import * as tf from "../../tensors.js";
import { product } from "../kernels/matmul.js";
import { defineOp } from "./define.js";

export interface ScaledProduct {
  transposeA?: boolean;
  transposeB?: boolean;
  /** Defaults to 1. */
  alpha?: number;
}

const op = defineOp<Required<ScaledProduct>>({
  name: "ScaledMatMul",
  reference: ([a, b], { transposeA, transposeB, alpha }) => [tf.mul(tf.matMul(a!, b!, transposeA, transposeB), alpha)],
  emit: ({ graph, device, inputs: [a, b], attrs }) => [product({ graph, device, a: a!, b: b!, ...attrs })],
});

/** Has no gradient of its own. */
export const scaledProduct = (
  a: tf.Tensor,
  b: tf.Tensor,
  { transposeA = false, transposeB = false, alpha = 1 }: ScaledProduct = {},
): tf.Tensor => op([a, b], { transposeA, transposeB, alpha })[0]!;
