/**
 * Every new row is the mean of the old rows. No new token can then take more than its share: n new tokens change the
 * model's next-token distribution by at most log(1 + n / old size) nats of KL divergence (Hewitt 2021). They all start
 * equal, and have only training to tell them apart.
 */
import type { Growing } from "./types.js";

export function mean({ mean: row }: Growing, rows: Float32Array): void {
  for (let at = 0; at < rows.length; at += row.length) rows.set(row, at);
}
