/** A new row as a weighted sum of old rows, summed in double precision: what initialisers from a token's spelling share. */
import { spell } from "../vocab/index.js";
import type { Table } from "./table.js";
import type { Growing } from "./types.js";

/** Old ids and their weights, at the same place. */
export interface Recipe {
  ids: readonly number[];
  weights: ArrayLike<number>;
}

/** Writes row `n`, [width], of `rows`. */
export function combine(table: Table, { ids, weights }: Recipe, rows: Float32Array, n: number): void {
  const width = table.shape[1]!;
  const sum = new Float64Array(width);
  for (let i = 0; i < ids.length; i++) {
    const [weight, row] = [weights[i]!, table.row(ids[i]!)];
    for (let j = 0; j < width; j++) sum[j]! += weight * row[j]!;
  }
  rows.set(sum, n * width);
}

/** Equal weights that sum to 1. */
export function equally(ids: readonly number[]): Recipe {
  return { ids, weights: new Float64Array(ids.length).fill(1 / ids.length) };
}

/**
 * Old ids that spell a new token: the old tokenizer's merges on its bytes, leading space included, with no pre-tokeniser in
 * between, for a vocabulary key is not text, and many are not even whole characters. Undefined where the old vocabulary
 * lacks one of the bytes.
 */
export function pieces({ base, tokenizer }: Pick<Growing, "base" | "tokenizer">, id: number): number[] | undefined {
  const ids = spell(base, tokenizer.bytesOf(id));
  return ids.some((piece) => piece < 0) ? undefined : ids;
}

/** Writes a row for each new token from its pieces; a token that has none is left to the fallback. */
export function eachSpelled(growing: Growing, write: (pieces: number[], n: number) => void): void {
  growing.newIds.forEach((id, n) => {
    const spelled = pieces(growing, id);
    if (spelled) write(spelled, n);
    else growing.miss(n, "has a byte that the base has no token for");
  });
}
