/**
 * Attention with grouped keys and values (Ainslie et al. 2023). The weights are kept for the backward pass; its
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
  /** [batch, heads, queries, headWidth]; heads is a multiple of the keys' heads. */
  q: tf.Tensor;
  /** [batch, kvHeads, keys, headWidth] */
  k: tf.Tensor;
  v: tf.Tensor;
  /** Added to the scores: [queries, keys], 0 where a query may look and a large negative number where not. */
  mask: tf.Tensor;
  /** What products of queries and keys are multiplied by; defaults to 1/√headWidth. */
  scale?: number;
  /** Scores are bent to lie between −cap and cap, cap·tanh(score/cap), before the mask (Gemma 2). Defaults to none. */
  cap?: number;
}

/** → [batch, heads, queries, headWidth] */
export function attention({ q, k, v, mask, scale = 1 / Math.sqrt(q.shape[3]!), cap }: Attention): tf.Tensor {
  const [batch, heads, time, width] = q.shape as [number, number, number, number];
  const [, kvHeads, keys] = k.shape as [number, number, number, number];
  const groups = heads / kvHeads;
  // The queries that share a key head are stacked along time, so that no key or value is ever copied.
  const stacked = [batch, kvHeads, groups * time, width];
  const scoresShape = [batch, kvHeads, groups * time, keys];
  const alpha = cap === undefined ? scale : scale / cap;
  return withGradient(
    [q, k, v],
    () => {
      const queries = tf.reshape(q, stacked);
      const raw = scaledMatMul([queries, k], { ...plain, transposeB: true, alpha })[0]!;
      const bent = cap === undefined ? [] : [tf.tanh(raw)];
      const scores = cap === undefined ? raw : tf.mul(bent[0]!, cap);
      const masked = tf.add(tf.reshape(scores, [batch, kvHeads, groups, time, keys]), mask);
      const weights = tf.softmax(tf.reshape(masked, scoresShape));
      const value = tf.matMul(weights, v);
      return { value: tf.reshape(value, q.shape), saved: [queries, k, v, weights, value, ...bent] };
    },
    (dy, [queries, k_, v_, weights, value, bent]) => {
      const dOut = tf.reshape(dy, stacked);
      const dV = scaledMatMul([weights!, dOut], { ...plain, transposeA: true })[0]!;
      const dWeights = scaledMatMul([dOut, v_!], { ...plain, transposeB: true })[0]!;
      const pull = tf.sum(tf.mul(dOut, value!), -1, true);
      const dMasked = tf.mul(weights!, tf.sub(dWeights, pull));
      const dScores = bent ? tf.mul(dMasked, tf.sub(1, tf.square(bent))) : dMasked;
      const dQ = scaledMatMul([dScores, k_!], { ...plain, alpha: scale })[0]!;
      const dK = scaledMatMul([dScores, queries!], { ...plain, transposeA: true, alpha: scale })[0]!;
      return [tf.reshape(dQ, q.shape), dK, dV];
    },
  );
}

/** Each query sees its own key and those before it, the last `window` of them (itself counted) where that is given. [time, time] */
export const causalMask = (time: number, window = Infinity): tf.Tensor =>
  maskOf(time, (distance) => distance >= 0 && distance < window);

/** Each query sees keys on both sides, at most `reach` away (ModernBERT's local layers); defaults to all. [time, time] */
export const bothSidedMask = (time: number, reach = Infinity): tf.Tensor =>
  maskOf(time, (distance) => Math.abs(distance) <= reach);

/** `sees` is asked of how far a key lies before a query. */
function maskOf(time: number, sees: (distance: number) => boolean): tf.Tensor {
  const values = Float32Array.from({ length: time * time }, (_, i) =>
    sees(Math.floor(i / time) - (i % time)) ? 0 : -1e9,
  );
  return tf.tensor(values, [time, time]);
}
