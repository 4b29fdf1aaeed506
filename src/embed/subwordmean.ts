/**
 * Each new row is the mean of the rows of the old tokens that spell the new one (fast vocabulary transfer, Gee et al.
 * 2022). The spelling is the old tokenizer's merges on the new token's bytes, leading space included, with no
 * pre-tokeniser in between: a vocabulary key is not text, and many are not even whole characters.
 */
import { segment } from "../vocab/index.js";
import type { Growing } from "./types.js";

export function subwordMean({ table, newIds, base, tokenizer, mean }: Growing, rows: Float32Array): void {
  const width = mean.length;
  const sum = new Float64Array(width);
  newIds.forEach((id, n) => {
    const pieces = segment(base, tokenizer.bytesOf(id));
    sum.fill(0);
    for (const piece of pieces) for (let j = 0; j < width; j++) sum[j]! += table.data[piece * width + j]!;
    for (let j = 0; j < width; j++) rows[n * width + j] = sum[j]! / pieces.length;
  });
}
