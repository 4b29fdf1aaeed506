/** Rows as CSV (UTF-8, comma, header, numbers at full precision), written as they come; the file has its name when it is whole. */
import { atomicFile } from "../../files.js";
import type { Cell } from "../readers/types.js";
import type { Batches } from "./parquet.js";

export interface WriteCsvRowsOptions {
  path: string;
  columns: readonly string[];
  /** In batches of any size. */
  rows: Batches;
}

export async function writeCsvRows({ path, columns, rows }: WriteCsvRowsOptions): Promise<void> {
  const file = atomicFile(path);
  const lineOf = (cells: readonly string[]): string => `${cells.join(",")}\n`;
  try {
    let text = lineOf(columns.map(quoted));
    for await (const batch of rows)
      for (const row of batch) {
        text += lineOf(columns.map((name) => cellOf(row[name] ?? null)));
        if (text.length < 1 << 16) continue;
        file.write(text);
        text = "";
      }
    file.write(text);
    file.commit();
  } finally {
    file.discard();
  }
}

const cellOf = (cell: Cell): string => (cell === null ? "" : typeof cell === "string" ? quoted(cell) : String(cell));

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
