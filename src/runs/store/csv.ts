/** Rows as CSV (UTF-8, comma, header, numbers at full precision), written as they come; the file has its name when it is whole. */
import { atomicFile } from "../../files.js";
import type { Cell, Row } from "../readers/types.js";

export interface WriteCsvRowsOptions {
  path: string;
  columns: readonly string[];
  rows: Iterable<Row> | AsyncIterable<Row>;
}

export async function writeCsvRows({ path, columns, rows }: WriteCsvRowsOptions): Promise<void> {
  const file = atomicFile(path);
  let lines = [columns.map(quoted).join(",")];
  const flush = (): void => {
    file.write(lines.join("\n") + "\n");
    lines = [];
  };
  try {
    for await (const row of rows) {
      lines.push(columns.map((name) => cellOf(row[name] ?? null)).join(","));
      if (lines.length >= 1000) flush();
    }
    if (lines.length > 0) flush();
    file.commit();
  } finally {
    file.discard();
  }
}

const cellOf = (cell: Cell): string => (cell === null ? "" : typeof cell === "string" ? quoted(cell) : String(cell));

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
