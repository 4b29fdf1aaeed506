/** What penalties that pull what is trained towards a fixed place have in common. */
import * as tf from "../../../tensors.js";
import type { Weights } from "../../../types.js";

/** λ/2 Σ F (θ − θ*)²; F is 1 where there is none. */
export function penalty(lambda: number, leaf: tf.Tensor, anchor: tf.Tensor, importance?: tf.Tensor): tf.Tensor {
  const squares = tf.square(tf.sub(leaf, anchor));
  return tf.mul(tf.sum(importance ? tf.mul(squares, importance) : squares), lambda / 2);
}

/** Slots that hold the place. */
export const anchored = (slot: (name: string) => string, names: readonly string[], at: Weights): Weights =>
  Object.fromEntries(names.map((name) => [slot(name), at[name]!]));
