/**
 * Next-token loss straight from the last hidden states. With p = softmax(h·Eᵀ) the gradients are
 *   dh = g∘(q·E),   dE = qᵀ·(g∘h),   q = p with 1 taken off at each y,
 * so the one-hot matrix is never built, and no two rows are ever written by one index.
 */
import * as tf from "@tensorflow/tfjs";
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

/** [p, ids] → p with 1 taken off at [i, ids[i]]. */
export const takeOne = defineOp<object>({
  name: "TakeOne",
  reference: ([p, ids]) => [tf.sub(p!, tf.oneHot(ids as tf.Tensor1D, p!.shape[1]!))],
  emit: ({ graph, inputs: [p, ids] }) => {
    const [n] = ids!.shape as [number];
    const rows = graph.constant(
      Array.from({ length: n }, (_, i) => i),
      [n, 1],
      "int64",
    );
    const columns = graph.reshape(graph.cast(ids!, "int64"), [n, 1]);
    const at = graph.node("Concat", { inputs: [rows, columns], shape: [n, 2], attributes: { axis: 1 } });
    const minus = graph.constant(new Array<number>(n).fill(-1), [n], "float32");
    return [graph.node("ScatterND", { inputs: [p, at, minus], shape: p!.shape, attributes: { reduction: "add" } })];
  },
});

export interface LogitOptions {
  /** Added to the logits, [vocab]. */
  bias?: tf.Tensor;
  /** Logits are bent to lie between −cap and cap, cap·tanh(logit/cap), after the bias (Gemma 2). Defaults to none. */
  cap?: number;
}

/** hidden [n, width], head [vocab, width], targets [n] int32 → loss of each row in nats, [n]. */
export function crossEntropy(
  hidden: tf.Tensor,
  head: tf.Tensor,
  targets: tf.Tensor,
  { bias, cap }: LogitOptions = {},
): tf.Tensor {
  return withGradient(
    bias ? [hidden, head, bias] : [hidden, head],
    () => {
      const product = tf.matMul(hidden as tf.Tensor2D, head as tf.Tensor2D, false, true);
      const raw = bias ? tf.add(product, bias) : product;
      const bent = cap === undefined ? [] : [tf.tanh(tf.div(raw, cap))];
      const p = tf.softmax(cap === undefined ? raw : tf.mul(bent[0]!, cap));
      const picked = tf.maximum(pick([p, targets], {})[0]!, TINY);
      return { value: tf.reshape(tf.neg(tf.log(picked)), [-1]), saved: [hidden, head, targets, p, ...bent] };
    },
    (dy, [h, e, y, p, bent]) => {
      const g = tf.reshape(dy, [-1, 1]);
      const taken = takeOne([p!, y!], {})[0]!;
      const q = (bent ? tf.mul(taken, tf.sub(1, tf.square(bent))) : taken) as tf.Tensor2D;
      const dHidden = tf.mul(tf.matMul(q, e as tf.Tensor2D), g);
      const dHead = tf.matMul(q, tf.mul(h!, g) as tf.Tensor2D, true, false);
      return bias ? [dHidden, dHead, tf.reshape(tf.matMul(q, g as tf.Tensor2D, true, false), [-1])] : [dHidden, dHead];
    },
  );
}
