/**
 * AdaptiVocab (Nakash et al. 2025, arXiv 2503.19693): a weighted mean of the old pieces, the last of which counts most
 * where the token is read (e^{2i} for piece i), since the next token follows it, and the first where it is written
 * (e^{-2i}), since it has to be predicted. A tied table gets the weights for reading.
 */
import { combine, eachSpelled } from "./combine.js";
import type { Growing } from "./types.js";

export function adaptiVocab(growing: Growing, rows: Float32Array): void {
  const side = growing.tied ? "input" : growing.side;
  eachSpelled(growing, (ids, n) => combine(growing.table, { ids, weights: slope(ids.length, side) }, rows, n));
}

/** The weights of `count` pieces, which sum to 1; the largest exponent is 0, so that none overflows. */
export function slope(count: number, side: "input" | "output"): Float64Array {
  const weights = Float64Array.from({ length: count }, (_, i) => Math.exp(-2 * (side === "input" ? count - 1 - i : i)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
