/**
 * Parts of words: the runs of three to six characters of `<word>`, hashed into a fixed number of rows (Bojanowski et al.
 * 2017, https://arxiv.org/abs/1607.04606). A word's vector is the mean of its own row and those of its parts, so a word
 * that was never seen still has one. The hash is ours, not fastText's: its files cannot be read with this.
 */
import type { WordVectors } from "./evidence.js";
import type { Parts } from "./word-vectors.js";

export interface Grams {
  /** Characters of the shortest and of the longest part. */
  min: number;
  max: number;
  /** Rows that all parts share. */
  buckets: number;
}

/** Buckets of the parts of a word, repeats included. */
export function gramsOf(word: string, { min, max, buckets }: Grams): number[] {
  const characters = ["<", ...word, ">"];
  const found: number[] = [];
  for (let from = 0; from < characters.length; from++) {
    let hash = 0x811c9dc5;
    for (let length = 1; length <= max && from + length <= characters.length; length++) {
      hash = Math.imul(hash ^ characters[from + length - 1]!.codePointAt(0)!, 0x01000193);
      if (length >= min) found.push((hash >>> 0) % buckets);
    }
  }
  return found;
}

/** A row for each word, and after them the buckets. */
export function partsOf(words: readonly string[], grams: Grams): Parts {
  if (!(grams.min > 1 && grams.max >= grams.min && grams.buckets > 0))
    throw new RangeError(`partsOf: invalid grams: ${JSON.stringify(grams)} (2 ≤ min ≤ max, buckets from 1)`);
  const starts = new Int32Array(words.length + 1);
  const rows: number[] = [];
  words.forEach((word, n) => {
    rows.push(n);
    for (const bucket of gramsOf(word, grams)) rows.push(words.length + bucket);
    starts[n + 1] = rows.length;
  });
  return { starts, rows: Int32Array.from(rows), total: words.length + grams.buckets };
}

/** The vector of a text that is no known word, from its parts; zeros where it has none. */
export function composed(grams: NonNullable<WordVectors["grams"]>, text: string): Float64Array {
  const dim = grams.vectors.shape[1]!;
  const sum = new Float64Array(dim);
  const buckets = gramsOf(text, grams);
  for (const bucket of buckets)
    for (let j = 0; j < dim; j++) sum[j]! += grams.vectors.data[bucket * dim + j]! / buckets.length;
  return sum;
}
