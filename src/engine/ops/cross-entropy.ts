/**
 * Next-token loss straight from the last hidden states. With p = softmax(h·Eᵀ) the gradients are
 *   dh = g∘(p·E − E[y]),   dE = pᵀ·(g∘h) − (g∘h scattered to rows y),
 * so neither the one-hot matrix nor the difference p − onehot is ever built.
 */
import * as tf from "@tensorflow/tfjs";
import { addRows } from "./table.js";
import { defineOp, withGradient } from "./define.js";

/** The smallest probability told apart from zero: a loss is at most 87 nats, its gradient is right beyond. */
const TINY = 1.2e-38;

/** [p, ids] → p[i, ids[i]], as a column. */
const pick = defineOp<object>({
  name: "Pick",
  reference: ([p, ids]) => {
    const rows = tf.range(0, p!.shape[0]!, 1, "int32");
    return [tf.reshape(tf.gatherND(p!, tf.stack([rows, ids!], 1)), [-1, 1])];
  },
  emit: ({ graph, inputs: [p, ids] }) => {
    const column = graph.reshape(ids!, [ids!.shape[0]!, 1]);
    return [graph.node("GatherElements", { inputs: [p, column], shape: column.shape, attributes: { axis: 1 } })];
  },
});

/** hidden [n, width], head [vocab, width], targets [n] int32 → loss of each row in nats, [n]. */
export function crossEntropy(hidden: tf.Tensor, head: tf.Tensor, targets: tf.Tensor): tf.Tensor {
  return withGradient(
    [hidden, head],
    () => {
      const p = tf.softmax(tf.matMul(hidden as tf.Tensor2D, head as tf.Tensor2D, false, true));
      const picked = tf.maximum(pick([p, targets], {})[0]!, TINY);
      return { value: tf.reshape(tf.neg(tf.log(picked)), [-1]), saved: [hidden, head, targets, p] };
    },
    (dy, [h, e, y, p]) => {
      const g = tf.reshape(dy, [-1, 1]);
      const pulled = tf.mul(h!, g);
      const dHidden = tf.mul(tf.sub(tf.matMul(p as tf.Tensor2D, e as tf.Tensor2D), tf.gather(e!, y as tf.Tensor1D)), g);
      const dHead = addRows(tf.matMul(p as tf.Tensor2D, pulled as tf.Tensor2D, true, false), y!, tf.neg(pulled));
      return [dHidden, dHead];
    },
  );
}
