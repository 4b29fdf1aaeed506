/**
 * What every similarity-based initialiser shares: a new row is a weighted sum of old rows, and the weights come from the
 * cosines between a vector of the new token and vectors of old ones. In blocks, since all cosines at once would be larger
 * than the table. How cosines become weights is each method's own.
 */
import { plain, rowsOf, type Matrix, type Numerics } from "./matmul.js";
import type { Sparse } from "./sparsemax.js";

export interface Mixing {
  /** Vectors of the new tokens, a row each; rows of zeros are not compared. */
  queries: Matrix;
  /** Vectors of the old tokens that new ones may be mixed from. */
  keys: Matrix;
  /** What is mixed: the row that belongs to a key, of so many numbers. */
  value: (key: number) => ArrayLike<number>;
  width: number;
  /** Where row `n` goes. */
  rows: Float32Array;
  /** How cosines become weights. */
  weigh: (cosines: Float32Array) => Sparse;
  /** Only so many of the highest cosines are weighed, highest first; defaults to all. */
  few?: number;
  /** Told of each query that has no vector; its row is left as it is. */
  miss: (n: number) => void;
  numerics?: Numerics;
  signal?: AbortSignal;
}

/** Cosines held at once, as numbers: 64 MiB of them. */
const budget = 1 << 24;

export async function mix(options: Mixing): Promise<void> {
  const { queries, keys, value, width, rows, weigh, miss, numerics = plain, signal } = options;
  const dim = queries.shape[1]!;
  if (!(dim === keys.shape[1]))
    throw new Error(`mix: invalid vectors: ${dim} and ${keys.shape[1]} wide (one space for both)`);
  if (!(keys.shape[0]! > 0)) throw new Error("mix: invalid keys: none (no old token has a vector to compare with)");
  const asked: number[] = [];
  for (let n = 0; n < queries.shape[0]!; n++) {
    if (queries.data.subarray(n * dim, (n + 1) * dim).some((value) => value !== 0)) asked.push(n);
    else miss(n);
  }
  const unit = normalised(keys);
  const count = unit.shape[0]!;
  const few = Math.min(options.few ?? count, count);
  const block = Math.max(1, Math.floor(budget / count));
  const sum = new Float64Array(width);
  for (let from = 0; from < asked.length; from += block) {
    signal?.throwIfAborted();
    const places = asked.slice(from, from + block);
    const part = normalised(rowsOf(queries, places));
    const top = few < count ? await numerics.highest(part, unit, few) : undefined;
    const scores = top?.scores ?? (await numerics.matmul(part, unit)).data;
    places.forEach((n, i) => {
      const { at, weights } = weigh(scores.subarray(i * few, (i + 1) * few));
      sum.fill(0);
      for (let j = 0; j < at.length; j++) {
        const key = top ? top.at[i * few + at[j]!]! : at[j]!;
        const [weight, row] = [weights[j]!, value(key)];
        for (let c = 0; c < width; c++) sum[c]! += weight * row[c]!;
      }
      rows.set(sum, n * width);
    });
  }
}

/** Rows of length one; rows of zeros stay. */
export function normalised({ shape, data }: Matrix): Matrix {
  const [rows, width] = [shape[0]!, shape[1]!];
  const unit = new Float32Array(data.length);
  for (let n = 0; n < rows; n++) {
    let square = 0;
    for (let at = n * width; at < (n + 1) * width; at++) square += data[at]! ** 2;
    const length = Math.sqrt(square);
    if (length > 0) for (let at = n * width; at < (n + 1) * width; at++) unit[at] = data[at]! / length;
  }
  return { shape: [rows, width], data: unit };
}
