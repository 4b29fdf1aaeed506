/**
 * WECHSEL (Minixhofer et al. 2022, https://arxiv.org/abs/2112.06598): word vectors of both languages are turned into one
 * space by a dictionary; a new row is the softmax, at temperature 0.1, over the ten old tokens nearest in it. The paper
 * interpolates every token but the special ones: `embed.replace({ copy: "specials" })`; elsewhere shared rows are kept.
 * A token without a vector is drawn per dimension, deviation over n.
 */
import { mix } from "./mix.js";
import { rowsOf, type Matrix } from "./matmul.js";
import { softmaxOfNearest } from "./nearest.js";
import type { Sparse } from "./sparsemax.js";
import { sharedSpace } from "./token-vectors.js";
import type { Growing, Initialise } from "./types.js";

export const neighbours = 10;
const temperature = 0.1;

export const wechsel: Initialise = async (growing, rows) =>
  mixTrained("wechsel", growing, await sharedSpace("wechsel", growing), rows, softly, neighbours);

/** Softmax over the nearest. */
export const softly = (cosines: ArrayLike<number>): Sparse => softmaxOfNearest(cosines, neighbours, temperature);

/** New rows from the rows of all trained old tokens with a vector, shared or not. */
export async function mixTrained(
  caller: string,
  growing: Growing,
  space: { base: Matrix; target: Matrix },
  rows: Float32Array,
  weigh: (cosines: Float32Array) => Sparse,
  few?: number,
): Promise<void> {
  const { table, oldIds, newIds, signal, miss } = growing;
  const dim = space.base.shape[1]!;
  const ids = oldIds.filter((id) => space.base.data.subarray(id * dim, (id + 1) * dim).some((value) => value !== 0));
  if (ids.length === 0) throw new Error(`${caller}: invalid words: no old token is in one of the base's words`);
  await mix({
    queries: rowsOf(space.target, newIds),
    keys: rowsOf(space.base, ids),
    value: (key) => table.row(ids[key]!),
    width: table.shape[1]!,
    rows,
    weigh,
    few,
    miss: (n) => miss(n, "in no word of the vectors"),
    numerics: growing,
    signal,
  });
}
