/**
 * Near-duplicates by MinHash: documents that share a bucket's values are alike, and what is like one of a cluster belongs to it.
 * Broder 1997, https://doi.org/10.1109/SEQUEN.1997.666900; buckets as Lee et al. 2022, https://arxiv.org/abs/2107.06499; every number
 * as in datatrove 0.10, so that clusters are the same. Two documents that share s of their word n-grams are found with the chance
 * 1 − (1 − sʰ)ᵇ: 0.56 where s is 0.7, 0.92 at 0.8 and 0.9996 at 0.9.
 */
import { appendNumbers, type Log, noLog, records } from "../logs/log.js";
import { type LanguageOptions, ruleOf, splitterOf } from "../steps/rules/words.js";
import type { Hash, HashName } from "./hashes.js";
import { type NormalForm, normalizer, usualForms } from "./normal.js";
import { halvesOf, minima } from "./permutations.js";
import { shingles } from "./shingles.js";
import { equalIn, foldBuckets, type Rows, rowsOf } from "./signatures.js";
import { unions } from "./unions.js";

export interface NearOptions extends LanguageOptions {
  /** Words in a row that count as one; default 5. A document of fewer is like no other. */
  n?: number;
  /** Default 14. */
  buckets?: number;
  /** Hash functions of each bucket; default 8. */
  hashes?: number;
  /** Of the hash functions; default 1. */
  seed?: number;
  /** Of words in a row; default xxhash64. */
  hash?: HashName;
  /** What makes texts alike before they are compared; default lowercase, numbers, punctuation, spaces, diacritics. */
  normal?: readonly NormalForm[];
  /** What stays of a cluster: its first, or the one that datatrove's union by size ends at, with nine times the memory; default first. */
  keep?: "first" | "datatrove";
}

export type AllNearOptions = Required<NearOptions>;

export function nearOptions({ language = "en", ...given }: NearOptions): AllNearOptions {
  const usual = { n: 5, buckets: 14, hashes: 8, seed: 1, hash: "xxhash64", normal: usualForms, keep: "first" } as const;
  return { ...usual, words: ruleOf(language), ...given, language };
}

export interface Near {
  /** Documents so far. */
  readonly count: number;
  /** The next document. */
  add(text: string): void;
  /** For each document the one of its cluster that stays, by its place; its own where it is alone. */
  kept(): Uint32Array;
}

export function near(
  { n, buckets, hashes, seed, normal, keep, language, words }: AllNearOptions,
  hash: Hash,
  log: Log = noLog,
): Near {
  const split = splitterOf({ language, words });
  const change = normalizer(normal);
  const ngrams = shingles({ length: n, hash });
  const least = minima({ seed, hashes: buckets * hashes });
  const signature = halvesOf(buckets * hashes);
  /** Two numbers for each bucket, and the document. */
  const row = new Int32Array(2 * buckets + 1);
  const rows = rowsOf(row.length);
  const whole =
    keep === "datatrove" ? { high: rowsOf(signature.high.length), low: rowsOf(signature.low.length) } : undefined;
  let count = 0;
  /** In the log each document is a row, its number -1 where it is like no other, and the signature where that is kept. */
  const none = new Int32Array(row.length).fill(-1);
  const keepRow = (): void => {
    const isAlone = row[2 * buckets] === -1;
    count++;
    if (isAlone) return;
    rows.add(row);
    whole?.high.add(signature.high);
    whole?.low.add(signature.low);
  };
  for (const record of records(log, row.length + (whole ? 2 * signature.high.length : 0))) {
    row.set(record.subarray(0, row.length));
    if (whole) {
      signature.high.set(record.subarray(row.length, row.length + signature.high.length));
      signature.low.set(record.subarray(row.length + signature.high.length));
    }
    keepRow();
  }
  return {
    get count() {
      return count;
    },
    add(text) {
      row[2 * buckets] = count;
      const length = ngrams.of(split(change(text)));
      if (length === 0) row.set(none);
      else {
        least(ngrams.values, length, signature);
        foldBuckets(signature, hashes, row);
      }
      appendNumbers(log, row);
      if (whole) for (const half of [signature.high, signature.low]) appendNumbers(log, half);
      keepRow();
    },
    kept() {
      const document = (of: number): number => rows.at(of, 2 * buckets);
      const { join, standingFor } = unions({ count, by: whole ? "size" : "least" });
      for (let bucket = 0; bucket < buckets; bucket++) {
        const found = equalIn(rows, 2 * bucket);
        const pairs = whole ? bySignature(found, whole, bucket * hashes, hashes) : found;
        for (let i = 0; i < pairs.length; i += 2) join(document(pairs[i]!), document(pairs[i + 1]!));
      }
      return Uint32Array.from({ length: count }, (_, i) => standingFor(i));
    },
  };
}

/** Pairs in the order of their values, then of their documents: that of datatrove's files, on which a union by size rests. */
function bySignature(
  pairs: readonly number[],
  whole: { high: Rows; low: Rows },
  from: number,
  hashes: number,
): number[] {
  const compare = (a: number, b: number): number => {
    for (let h = from; h < from + hashes; h++) {
      const difference =
        whole.high.at(a, h) - whole.high.at(b, h) || (whole.low.at(a, h) >>> 0) - (whole.low.at(b, h) >>> 0);
      if (difference !== 0) return difference;
    }
    return a - b;
  };
  const order = Array.from({ length: pairs.length / 2 }, (_, i) => i);
  order.sort((i, j) => compare(pairs[2 * i + 1]!, pairs[2 * j + 1]!));
  return order.flatMap((i) => [pairs[2 * i]!, pairs[2 * i + 1]!]);
}
