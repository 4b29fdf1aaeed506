/**
 * Which keys queries see. Of long causal windows in blocks of queries, each with the keys that any of them sees: what all of them
 * are blind to is then not computed, which is half of it where nothing else bounds the window.
 */
import * as tf from "../../tensors.js";

/** What some queries see, one after another. */
export interface Sight {
  /** First of the keys that are looked at. */
  from: number;
  /**
   * Added to the scores, [queries, keys], or [batch, 1, queries, keys] where sequences differ: 0 where a query may look and a
   * large negative number where not.
   */
  mask: tf.Tensor;
}

export const HIDDEN = -1e9;
/** Queries in a block: fewer hide more, and ask for more, smaller products. Below four blocks nothing is gained. */
const blockOf = (time: number): number => (time < 512 ? time : Math.max(128, Math.ceil(time / 16)));

export interface CausalOptions {
  /** The last keys that a query sees, itself counted; defaults to all before it. */
  window?: number;
  /** Queries in a block; defaults to 128 from 512 on, at most 16 blocks, and to all below. */
  block?: number;
}

/** Each query sees its own key and those before it. For queries 0, 1, … of `time`. */
export function causal(time: number, { window = Infinity, block = blockOf(time) }: CausalOptions = {}): Sight[] {
  return blocks(time, block).map(([start, end]) => {
    const from = Math.max(0, start - window + 1);
    const sees = (query: number, key: number): boolean => query >= key && query - key < window;
    return { from, mask: maskOf([start, end], [from, end], sees) };
  });
}

/** Each query sees keys on both sides, at most `reach` away (ModernBERT's local layers); defaults to all. */
export const bothSided = (time: number, reach = Infinity): Sight[] => [
  { from: 0, mask: maskOf([0, time], [0, time], (query, key) => Math.abs(query - key) <= reach) },
];

type Span = [begin: number, end: number];

export const blocks = (time: number, block = blockOf(time)): Span[] =>
  Array.from({ length: Math.ceil(time / block) }, (_, i) => [i * block, Math.min(time, (i + 1) * block)]);

export function maskOf(
  [first, last]: Span,
  [from, to]: Span,
  sees: (query: number, key: number) => boolean,
): tf.Tensor {
  const [queries, keys] = [last - first, to - from];
  const values = Float32Array.from({ length: queries * keys }, (_, i) =>
    sees(first + Math.floor(i / keys), from + (i % keys)) ? 0 : HIDDEN,
  );
  return tf.tensor(values, [queries, keys]);
}
