/**
 * Each new row is the mean of the rows of the old tokens that spell the new one (fast vocabulary transfer, Gee et al.
 * 2022, arXiv 2402.09977; there for the input table, here for both).
 */
import { combine, eachSpelled, equally } from "./combine.js";
import type { Growing } from "./types.js";

export function subwordMean(growing: Growing, rows: Float32Array): void {
  eachSpelled(growing, (pieces, n) => combine(growing.table, equally(pieces), rows, n));
}
