/**
 * A table of embeddings as initialisers read it: a row at a time, so that it may as well lie in a file that is larger than
 * memory. What needs many rows at once gathers them, and says how much that is in its row of the registry (`copies`).
 */
import type { Matrix } from "./matmul.js";
import type { NdArray } from "../types.js";

export interface Table {
  /** [rows, width] */
  readonly shape: readonly number[];
  /** Row `id`, to be read before the next is asked for, and not to be written to. */
  row(id: number): Float32Array;
}

export function inMemory({ shape, data }: NdArray): Table {
  const width = shape[1]!;
  return { shape, row: (id) => data.subarray(id * width, (id + 1) * width) };
}

/** The rows named by `ids`, in that order. */
export function gather({ shape, row }: Table, ids: ArrayLike<number>): Matrix {
  const width = shape[1]!;
  const data = new Float32Array(ids.length * width);
  for (let n = 0; n < ids.length; n++) data.set(row(ids[n]!), n * width);
  return { shape: [ids.length, width], data };
}
