/**
 * What every similarity-based initialiser shares: a new row is a weighted sum of old rows, and the weights come from the
 * cosines between a vector of the new token and vectors of old ones. In blocks, since all cosines at once would be larger
 * than the table. How cosines become weights is each method's own.
 */
import { matmul as plain, type MatMul, type Matrix } from "./matmul.js";
import type { Sparse } from "./sparsemax.js";

export interface Mixing {
  /** Vectors of the new tokens, a row each; rows of zeros are not compared. */
  queries: Matrix;
  /** Vectors of the old tokens that new ones may be mixed from. */
  keys: Matrix;
  /** What is mixed: row `i` belongs to key `i`. */
  values: Matrix;
  /** Where row `n` goes. */
  rows: Float32Array;
  weigh: (cosines: Float32Array) => Sparse;
  /** Told of each query that has no vector; its row is left as it is. */
  miss: (n: number) => void;
  /** Defaults to plain JavaScript. */
  matmul?: MatMul;
  signal?: AbortSignal;
}

/** Cosines held at once, as numbers: 64 MiB of them. */
const budget = 1 << 24;

export async function mix(options: Mixing): Promise<void> {
  const { queries, keys, values, rows, weigh, miss, matmul = plain, signal } = options;
  const [dim, width] = [queries.shape[1]!, values.shape[1]!];
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
  const block = Math.max(1, Math.floor(budget / count));
  const sum = new Float64Array(width);
  for (let from = 0; from < asked.length; from += block) {
    signal?.throwIfAborted();
    const places = asked.slice(from, from + block);
    const part = new Float32Array(places.length * dim);
    places.forEach((n, i) => part.set(queries.data.subarray(n * dim, (n + 1) * dim), i * dim));
    const cosines = await matmul(normalised({ shape: [places.length, dim], data: part }), unit);
    places.forEach((n, i) => {
      const { at, weights } = weigh(cosines.data.subarray(i * count, (i + 1) * count));
      sum.fill(0);
      for (let j = 0; j < at.length; j++) {
        const [weight, start] = [weights[j]!, at[j]! * width];
        for (let c = 0; c < width; c++) sum[c]! += weight * values.data[start + c]!;
      }
      rows.set(sum, n * width);
    });
  }
}

/** Rows of length one; rows of zeros stay. `added` keeps WECHSEL's 1e-8 in the divisor. */
export function normalised({ shape, data }: Matrix, added = 0): Matrix {
  const [rows, width] = [shape[0]!, shape[1]!];
  const unit = new Float32Array(data.length);
  for (let n = 0; n < rows; n++) {
    let square = 0;
    for (let at = n * width; at < (n + 1) * width; at++) square += data[at]! ** 2;
    const length = Math.sqrt(square) + added;
    if (length > 0) for (let at = n * width; at < (n + 1) * width; at++) unit[at] = data[at]! / length;
  }
  return { shape: [rows, width], data: unit };
}
