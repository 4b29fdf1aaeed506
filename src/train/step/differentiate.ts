/** Gradients by name: of what and by what is the caller's. */
import * as tf from "../../tensors.js";
import type { Tensors } from "../../engine/index.js";

/** Of a scalar function of named tensors. */
export function valueAndGradients(
  names: string[],
  state: Tensors,
  f: (named: Tensors) => tf.Tensor,
): { value: tf.Tensor; gradients: Tensors } {
  const of = (...args: tf.Tensor[]): tf.Scalar =>
    f(Object.fromEntries(names.map((name, i) => [name, args[i]!]))) as tf.Scalar;
  const { value, grads } = tf.valueAndGrads(of)(names.map((name) => state[name]!));
  return { value, gradients: Object.fromEntries(names.map((name, i) => [name, grads[i]!])) };
}
