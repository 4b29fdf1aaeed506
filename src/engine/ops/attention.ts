/**
 * Attention with grouped keys and values (Ainslie et al. 2023). The weights are kept for the backward pass; its
 * softmax term uses rowsum(P∘dP) = rowsum(O∘dO) (Dao et al. 2022, §B.2), which spares two passes over the scores.
 */
import * as tf from "../../tensors.js";
import { withGradient } from "./define.js";
import { scaledProduct } from "./scaled-product.js";
import type { Sight } from "./sights.js";

export interface Attention {
  /** [batch, heads, queries, headWidth]; heads is a multiple of the keys' heads. */
  q: tf.Tensor;
  /** [batch, kvHeads, keys, headWidth] */
  k: tf.Tensor;
  v: tf.Tensor;
  /** Of all queries, in their order. */
  sights: readonly Sight[];
  /** What products of queries and keys are multiplied by; defaults to 1/√headWidth. */
  scale?: number;
  /** Scores are bent to lie between −cap and cap, cap·tanh(score/cap), before the mask (Gemma 2). Defaults to none. */
  cap?: number;
}

/** → [batch, heads, queries, headWidth]; forward alone also with values of another width, which is then that of what comes out. */
export function attention({ q, k, v, sights, scale = 1 / Math.sqrt(q.shape[3]!), cap }: Attention): tf.Tensor {
  const [keys, masks] = [k.shape[2]!, sights.map(({ mask }) => mask)];
  const spans = spansOf(sights);
  const part = { scale, ...(cap !== undefined && { cap }) };
  const kept = cap === undefined ? 5 : 6;
  return withGradient(
    [q, k, v],
    () => {
      const parts = spans.map(({ queries, seen }, i) =>
        forward({ ...part, q: rows(q, queries), k: rows(k, seen), v: rows(v, seen), mask: masks[i]! }),
      );
      return { value: joined(parts.map(({ value }) => value)), saved: parts.flatMap(({ saved }) => saved) };
    },
    (dy, saved) => {
      const parts = spans.map(({ queries }, i) =>
        backward({ ...part, dy: rows(dy, queries), saved: saved.slice(i * kept, (i + 1) * kept) }),
      );
      const summed = (which: 1 | 2): tf.Tensor =>
        overlaid(
          parts.map((each, i) => ({ span: spans[i]!.seen, rows: each[which] })),
          keys,
        );
      return [joined(parts.map(([dQ]) => dQ)), summed(1), summed(2)];
    },
  );
}

interface Forward extends Pick<Attention, "q" | "k" | "v" | "cap"> {
  scale: number;
  mask: tf.Tensor;
}

function forward({ q, k, v, mask, scale, cap }: Forward): { value: tf.Tensor; saved: tf.Tensor[] } {
  const [batch, heads, time, width] = q.shape as [number, number, number, number];
  const [, kvHeads, keys] = k.shape as [number, number, number, number];
  const groups = heads / kvHeads;
  // The queries that share a key head are stacked along time, so that no key or value is ever copied.
  const queries = tf.reshape(q, [batch, kvHeads, groups * time, width]);
  const raw = scaledProduct(queries, k, { transposeB: true, alpha: cap === undefined ? scale : scale / cap });
  const bent = cap === undefined ? [] : [tf.tanh(raw)];
  const scores = cap === undefined ? raw : tf.mul(bent[0]!, cap);
  // One of [batch, 1, queries, keys] is the same for all heads and groups.
  const shared = mask.rank === 2 ? mask : tf.reshape(mask, [batch, 1, 1, time, keys]);
  const masked = tf.add(tf.reshape(scores, [batch, kvHeads, groups, time, keys]), shared);
  const weights = tf.softmax(tf.reshape(masked, [batch, kvHeads, groups * time, keys]));
  const value = tf.matMul(weights, v);
  return {
    value: tf.reshape(value, [batch, heads, time, v.shape[3]!]),
    saved: [queries, k, v, weights, value, ...bent],
  };
}

type Saved = [q: tf.Tensor, k: tf.Tensor, v: tf.Tensor, weights: tf.Tensor, value: tf.Tensor, bent?: tf.Tensor];

interface Backward {
  dy: tf.Tensor;
  saved: tf.Tensor[];
  scale: number;
}

/** Of queries, keys and values. */
function backward({ dy, saved, scale }: Backward): [tf.Tensor, tf.Tensor, tf.Tensor] {
  const [queries, k, v, weights, value, bent] = saved as Saved;
  const [batch, kvHeads, keys] = k.shape as [number, number, number];
  const dOut = tf.reshape(dy, queries.shape);
  const dV = scaledProduct(weights, dOut, { transposeA: true });
  // dP − rowsum(O∘dO) is one product: a column more of dO, against ones.
  const pull = tf.neg(tf.sum(tf.mul(dOut, value), -1, true));
  const ones = tf.ones([batch, kvHeads, keys, 1]);
  const pulled = scaledProduct(tf.concat([dOut, pull], 3), tf.concat([v, ones], 3), { transposeB: true });
  const dMasked = tf.mul(weights, pulled);
  const dScores = bent ? tf.mul(dMasked, tf.sub(1, tf.square(bent))) : dMasked;
  const dQ = scaledProduct(dScores, k, { alpha: scale });
  const dK = scaledProduct(dScores, queries, { transposeA: true, alpha: scale });
  return [tf.reshape(dQ, dy.shape), dK, dV];
}

/** From the first, below the last. */
type Span = readonly [number, number];

function spansOf(sights: readonly Sight[]): { queries: Span; seen: Span }[] {
  let start = 0;
  return sights.map(({ from, mask }) => {
    const [queries, keys] = mask.shape.slice(-2) as [number, number];
    return { queries: [start, (start += queries)], seen: [from, from + keys] };
  });
}

/** Of [batch, heads, rows, width]. */
function rows(x: tf.Tensor, [begin, end]: Span): tf.Tensor {
  const [batch, heads, all, width] = x.shape as [number, number, number, number];
  return end - begin === all ? x : tf.slice(x, [0, 0, begin, 0], [batch, heads, end - begin, width]);
}

const joined = (parts: tf.Tensor[]): tf.Tensor => (parts.length === 1 ? parts[0]! : tf.concat(parts, 2));

/** The sum of rows that each lie in their own span of `all`; every row is in one of them. */
function overlaid(parts: { span: Span; rows: tf.Tensor }[], all: number): tf.Tensor {
  const bounds = [...new Set([0, all, ...parts.flatMap(({ span }) => span)])].sort((a, b) => a - b);
  const pieces = bounds.slice(1).map((end, i) => {
    const begin = bounds[i]!;
    const here = parts.filter(({ span }) => span[0] <= begin && end <= span[1]);
    const cut = here.map(({ span, rows: all }) => rows(all, [begin - span[0], end - span[0]]));
    return cut.length === 1 ? cut[0]! : tf.addN(cut);
  });
  return joined(pieces);
}
