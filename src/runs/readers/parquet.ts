/** Parquet as rows of plain cells; the file is opened and checked by the corpus' reader. */
import { openParquet } from "../../corpus/parquet/read.js";
import { flat } from "./cells.js";
import { checkSize, mostColumns, refuse, type Row, type Source } from "./types.js";

export async function readParquet({ path }: Source): Promise<Row[]> {
  const rows: Row[] = [];
  try {
    const file = await openParquet(path);
    try {
      checkSize(path, file.rows);
      if (file.columns.length > mostColumns)
        throw refuse(path, `Parquet: ${file.columns.length} columns`, `at most ${mostColumns}`);
      for await (const group of file.groups()) for (const row of group) rows.push(flat(plain(row)));
    } finally {
      file.close();
    }
  } catch (error) {
    const { message } = error as Error;
    if (message.startsWith("runs.rows:")) throw error;
    throw new Error(`runs.rows: invalid Parquet in ${path}: ${message} (damaged, or another format)`, { cause: error });
  }
  return rows;
}

/** 64-bit integers as numbers and dates as text; both are exact for what a table of runs holds. */
function plain(row: Record<string, unknown>): Record<string, unknown> {
  for (const [name, value] of Object.entries(row)) {
    if (typeof value === "bigint") row[name] = Number(value);
    else if (value instanceof Date) row[name] = Number.isNaN(value.getTime()) ? null : value.toISOString();
  }
  return row;
}
