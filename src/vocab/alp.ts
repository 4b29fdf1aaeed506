/**
 * How well a vocabulary spells a language: the average log probability of a text under the unigram distribution of its own
 * tokens (Zheng et al. 2021, §2.1), per document, in nats; nearer to 0 is better.
 */
import { bpeOf } from "./tables.js";
import { breathe } from "../breathe.js";
import { countTokens } from "./counts.js";
import { splitsOf } from "./splits.js";
import type { Tokenizer } from "../types.js";

/** Of texts that are tokens already. */
export function averageLogProbability<T>(encoded: readonly (readonly T[])[]): number {
  const counts = new Map<T, number>();
  for (const tokens of encoded) for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
  return totalOf(counts.values()) / encoded.length;
}

/** Sum over occurrences of ln(count / all): the sum of c·ln c, less that of all. */
function totalOf(counts: Iterable<number>): number {
  let [sum, all] = [0, 0];
  for (const count of counts) {
    sum += termOf(count);
    all += count;
  }
  return sum - termOf(all);
}

const termOf = (count: number): number => (count > 0 ? count * Math.log(count) : 0);

export interface AlpCurveOptions {
  /** From `vocab.train`: ids in the order in which they were learned. */
  tokenizer: Tokenizer;
  /** The texts that it was trained on. */
  texts: string[];
  step: number;
  signal?: AbortSignal | undefined;
}

/**
 * The curve at every `step` tokens up to all. The vocabulary of a smaller size is this one's beginning, and in it a text
 * is spelled as here with the later merges undone; so the merges are undone from the last, counts and all.
 */
export async function alpCurve(options: AlpCurveOptions): Promise<{ sizes: number[]; alp: number[] }> {
  const { tokenizer, texts, step, signal } = options;
  const { tokens: counts } = await countTokens(tokenizer, { caller: "vocap", texts, signal });
  await breathe(signal);
  const { left, right } = splitsOf(bpeOf(tokenizer, "vocap"), new Set([tokenizer.endOfText]));
  const first = left.findIndex((id) => id >= 0);
  const points: [number, number][] = [];
  let sum = counts.reduce((total, count) => total + termOf(count), 0);
  let all = counts.reduce((total, count) => total + count, 0);
  const change = (id: number, by: number): void => {
    sum += termOf(counts[id]! + by) - termOf(counts[id]!);
    counts[id]! += by;
    all += by;
  };
  for (let size = tokenizer.size; size >= first; size--) {
    if (size === tokenizer.size || size % step === 0) points.push([size, (sum - termOf(all)) / texts.length]);
    if (size === first) break;
    const count = counts[size - 1]!;
    change(size - 1, -count);
    change(left[size - 1]!, count);
    change(right[size - 1]!, count);
  }
  points.reverse();
  return { sizes: points.map(([size]) => size), alp: points.map(([, value]) => value) };
}
