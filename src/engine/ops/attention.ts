/**
 * Causal attention with grouped keys and values (Ainslie et al. 2023). The weights are kept for the backward pass; its
 * softmax term uses rowsum(P∘dP) = rowsum(O∘dO) (Dao et al. 2022, §B.2), which spares two passes over the scores.
 */
import * as tf from "@tensorflow/tfjs";
import { product } from "../kernels/matmul.js";
import { defineOp, withGradient } from "./define.js";

/** alpha · a·b over the last two axes, either side transposed; scale and transposes cost nothing where they can be folded. */
const scaledMatMul = defineOp<{ transposeA: boolean; transposeB: boolean; alpha: number }>({
  name: "ScaledMatMul",
  reference: ([a, b], { transposeA, transposeB, alpha }) => [tf.mul(tf.matMul(a!, b!, transposeA, transposeB), alpha)],
  emit: ({ graph, device, inputs: [a, b], attrs }) => [product({ graph, device, a: a!, b: b!, ...attrs })],
});

const plain = { transposeA: false, transposeB: false, alpha: 1 };

export interface Attention {
  /** [batch, heads, time, headWidth]; heads is a multiple of the keys' heads. */
  q: tf.Tensor;
  /** [batch, kvHeads, time, headWidth] */
  k: tf.Tensor;
  v: tf.Tensor;
  /** Added to the scores: [time, time], 0 where a query may look and a large negative number where not. */
  mask: tf.Tensor;
}

/** → [batch, heads, time, headWidth] */
export function attention({ q, k, v, mask }: Attention): tf.Tensor {
  const [batch, heads, time, width] = q.shape as [number, number, number, number];
  const kvHeads = k.shape[1]!;
  const groups = heads / kvHeads;
  // The queries that share a key head are stacked along time, so that no key or value is ever copied.
  const stacked = [batch, kvHeads, groups * time, width];
  const scoresShape = [batch, kvHeads, groups * time, time];
  const alpha = 1 / Math.sqrt(width);
  return withGradient(
    [q, k, v],
    () => {
      const queries = tf.reshape(q, stacked);
      const scores = scaledMatMul([queries, k], { ...plain, transposeB: true, alpha })[0]!;
      const masked = tf.add(tf.reshape(scores, [batch, kvHeads, groups, time, time]), mask);
      const weights = tf.softmax(tf.reshape(masked, scoresShape));
      const value = tf.matMul(weights, v);
      return { value: tf.reshape(value, q.shape), saved: [queries, k, v, weights, value] };
    },
    (dy, [queries, k_, v_, weights, value]) => {
      const dOut = tf.reshape(dy, stacked);
      const dV = scaledMatMul([weights!, dOut], { ...plain, transposeA: true })[0]!;
      const dWeights = scaledMatMul([dOut, v_!], { ...plain, transposeB: true })[0]!;
      const pull = tf.sum(tf.mul(dOut, value!), -1, true);
      const dScores = tf.mul(weights!, tf.sub(dWeights, pull));
      const dQ = scaledMatMul([dScores, k_!], { ...plain, alpha })[0]!;
      const dK = scaledMatMul([dScores, queries!], { ...plain, transposeA: true, alpha })[0]!;
      return [tf.reshape(dQ, q.shape), dK, dV];
    },
  );
}

/** The mask of a plain causal window, [time, time]. */
export function causalMask(time: number): tf.Tensor {
  const values = Float32Array.from({ length: time * time }, (_, i) => (i % time <= Math.floor(i / time) ? 0 : -1e9));
  return tf.tensor(values, [time, time]);
}
