/**
 * Windows of two documents each, as the order `pairs` gives them: a window of context + 1 tokens is two halves, the first
 * document in one and the second in the other, what is left of each filled up. Here they are sequences of their own, so that
 * neither sees the other: [batch, 2·half] → [2·batch, half], where rows 2i and 2i + 1 are window i's.
 */
import * as tf from "../../../tensors.js";
import type { Specs } from "../../../engine/index.js";

/** Throws one line where a window has no halves. */
export function halvesInputs(caller: string, at: { batch: number; context: number; weighted: boolean }): Specs {
  const { batch, context, weighted } = at;
  if (context % 2 === 0 || context < 3)
    throw new Error(
      `${caller}: invalid context: ${context} (an odd number from 3: context + 1 tokens are two halves, a document in each)`,
    );
  return {
    tokens: { shape: [batch, context + 1], dtype: "int32" },
    weights: { shape: [batch * context], dtype: "float32" },
    ...(weighted && { weight: { shape: [batch], dtype: "float32" } }),
  };
}

/** tokens [batch, 2·half] → [2·batch, half]. */
export function halves(tokens: tf.Tensor): tf.Tensor {
  const [batch, span] = tokens.shape as [number, number];
  return tf.reshape(tokens, [2 * batch, span / 2]);
}

/** Weights of the tokens that a window's places predict, [batch·context] → of those that the places of its halves do, [2·batch, half − 1]. */
export function weightsOfHalves(weights: tf.Tensor, batch: number): tf.Tensor {
  const context = weights.shape[0]! / batch;
  const rows = tf.reshape(weights, [batch, context]);
  const half = (context + 1) / 2;
  // Of the context places one predicts the second half's first token from the first half's last: nobody reads that.
  const first = tf.slice(rows, [0, 0], [batch, half - 1]);
  const second = tf.slice(rows, [0, half], [batch, half - 1]);
  return tf.reshape(tf.stack([first, second], 1), [2 * batch, half - 1]);
}

/** [2·batch] → of the first halves and of the second, [batch] each. */
export function apart(x: tf.Tensor): [tf.Tensor, tf.Tensor] {
  const [first, second] = tf.unstack(tf.reshape(x, [-1, 2]), 1);
  return [first!, second!];
}
