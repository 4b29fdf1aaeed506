/** How long the rows of a table of embeddings are, old ones and new ones apart: new rows that stay short are seldom predicted. */
import type { NdArray } from "../types.js";

export interface RowNormsOptions {
  /** [rows, width]. */
  table: NdArray;
  /** Ids of the new rows; defaults to none. */
  newRows?: readonly number[];
}

export interface RowNorms {
  rows: "old" | "new";
  count: number;
  mean: number;
  /** A twentieth of the rows is shorter, half, and all but a twentieth. */
  low: number;
  median: number;
  high: number;
}

/** A row for the old rows and one for the new, where there are some. */
export function rowNorms({ table, newRows = [] }: RowNormsOptions): RowNorms[] {
  const [count, width] = table.shape;
  if (!(table.shape.length === 2 && count! > 0))
    throw new Error(`rowNorms: invalid table: [${table.shape}] (rows of a width)`);
  const fresh = new Set(newRows);
  const stray = newRows.find((id) => !(Number.isInteger(id) && id >= 0 && id < count!));
  if (stray !== undefined) throw new Error(`rowNorms: invalid newRows: ${stray} (rows are 0 to ${count! - 1})`);
  const norms: Record<RowNorms["rows"], number[]> = { old: [], new: [] };
  for (let row = 0; row < count!; row++) {
    let sum = 0;
    for (let i = row * width!; i < (row + 1) * width!; i++) sum += table.data[i]! ** 2;
    norms[fresh.has(row) ? "new" : "old"].push(Math.sqrt(sum));
  }
  return (["old", "new"] as const).flatMap((rows) => {
    const sorted = norms[rows].sort((a, b) => a - b);
    if (sorted.length === 0) return [];
    const quantile = (q: number): number => sorted[Math.round(q * (sorted.length - 1))]!;
    const mean = sorted.reduce((a, b) => a + b, 0) / sorted.length;
    return [{ rows, count: sorted.length, mean, low: quantile(0.05), median: quantile(0.5), high: quantile(0.95) }];
  });
}
