/**
 * What queries see where sequences differ in it: a prefix that is read from both sides (Raffel et al. 2020, §3.2.1), and documents
 * that share a window and do not see each other. Masks are made of small integers in the graph, one for all layers that see alike.
 */
import * as tf from "../../tensors.js";
import { blocks, type CausalOptions, HIDDEN, maskOf, type Sight } from "./sights.js";

/** `causal`, and of the first `prefix` tokens, [batch] int32, every key is seen by every query that it is within the window of. */
export function causalAfter(
  prefix: tf.Tensor,
  time: number,
  { window = Infinity, block }: CausalOptions = {},
): Sight[] {
  return blocks(time, block).map(([start, end]) => {
    const [from, to] = [Math.max(0, start - window + 1), Math.min(time, end + window - 1)];
    const far = maskOf([start, end], [from, to], (query, key) => Math.abs(query - key) < window);
    const later = maskOf([start, end], [from, to], (query, key) => key <= query);
    const keys = tf.reshape(tf.range(from, to, 1, "float32"), [1, 1, 1, to - from]);
    const inside = tf.clipByValue(tf.sub(tf.reshape(tf.cast(prefix, "float32"), [-1, 1, 1, 1]), keys), 0, 1);
    return { from, mask: tf.add(far, tf.mul(later, tf.sub(1, inside))) };
  });
}

/** The same sights, but a query sees no key of another document; `documents` [batch, time] int32 says of which each token is. */
export function withinDocuments(sights: readonly Sight[], documents: tf.Tensor): Sight[] {
  const batch = documents.shape[0]!;
  const numbers = tf.cast(documents, "float32");
  let start = 0;
  return sights.map(({ from, mask }) => {
    const [queries, keys] = mask.shape.slice(-2) as [number, number];
    const of = (begin: number, count: number, shape: number[]): tf.Tensor =>
      tf.reshape(tf.slice(numbers, [0, begin], [batch, count]), [batch, 1, ...shape]);
    const apart = tf.abs(tf.sub(of(start, queries, [queries, 1]), of(from, keys, [1, keys])));
    start += queries;
    return { from, mask: tf.add(mask, tf.mul(tf.minimum(apart, 1), HIDDEN)) };
  });
}
