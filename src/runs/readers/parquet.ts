/** Parquet as rows of plain cells; the file is opened and checked by the corpus' reader. */
import { openParquet } from "../../corpus/parquet/read.js";
import { checkName } from "../../names.js";
import { flat, wordOf } from "./cells.js";
import { type Cell, checkSize, mostColumns, refuse, type Row, type Source } from "./types.js";

export async function readParquet({ path }: Source): Promise<Row[]> {
  const rows: Row[] = [];
  try {
    const file = await openParquet(path);
    try {
      checkSize(path, file.rows);
      if (file.columns.length > mostColumns)
        throw refuse(path, `Parquet: ${file.columns.length} columns`, `at most ${mostColumns}`);
      for (const name of file.columns) checkName(name, "column");
      for await (const group of file.groups()) for (const row of group) rows.push(plain(row, file.columns));
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
function plain(row: Record<string, unknown>, names: readonly string[]): Row {
  const cells: Row = {};
  for (const name of names) {
    const value = row[name];
    if (typeof value === "bigint") cells[name] = Number(value);
    else if (typeof value === "string") cells[name] = wordOf(value);
    else if (value instanceof Date) cells[name] = Number.isNaN(value.getTime()) ? null : value.toISOString();
    else if (typeof value === "object" && value !== null) flat(value, cells, `${name}.`);
    else cells[name] = value as Cell;
  }
  return cells;
}
