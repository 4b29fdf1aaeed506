/**
 * Every new row is the mean of the old rows. No new token can then take more than its share: n new tokens change the
 * model's next-token distribution by at most log(1 + n / old size) nats of KL divergence (Hewitt 2021). They all start
 * equal, and have only training to tell them apart.
 */
import type { Table } from "./table.js";
import type { Growing } from "./types.js";

export function mean({ mean: row }: Growing, rows: Float32Array): void {
  for (let at = 0; at < rows.length; at += row.length) rows.set(row, at);
}

/** The mean of the rows named by `ids`, [width], in double precision. */
export function meanOf(table: Table, ids: ArrayLike<number>): Float64Array {
  const mean = new Float64Array(table.shape[1]!);
  for (let n = 0; n < ids.length; n++) {
    const row = table.row(ids[n]!);
    for (let j = 0; j < mean.length; j++) mean[j]! += row[j]!;
  }
  return mean.map((sum) => sum / ids.length);
}
