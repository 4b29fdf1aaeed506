/** Parquet through hyparquet, a row group at a time; the footer's counts are checked before anything is read. */
import { statSync } from "node:fs";
import { compressors } from "../../corpus/sources/parquet.js";
import { flat } from "./cells.js";
import { checkSize, mostColumns, refuse, type Row, type Source } from "./types.js";

export async function readParquet({ path }: Source): Promise<Row[]> {
  if (statSync(path).size < 12) throw refuse(path, "Parquet: too short", "is the file whole?");
  // An ESM package: a dynamic import works in every Node that the lab runs on.
  const { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } = await import("hyparquet");
  const rows: Row[] = [];
  try {
    const file = await asyncBufferFromFile(path);
    const metadata = await parquetMetadataAsync(file);
    checkSize(path, Number(metadata.num_rows));
    const columns = parquetSchema(metadata).children.length;
    if (columns > mostColumns) throw refuse(path, `Parquet: ${columns} columns`, `at most ${mostColumns}`);
    let rowStart = 0;
    for (const group of metadata.row_groups) {
      const rowEnd = rowStart + Number(group.num_rows);
      const read = await parquetReadObjects({ file, metadata, rowStart, rowEnd, compressors: compressors() });
      if (read.length !== rowEnd - rowStart)
        throw new Error(`row group of ${read.length} rows, not ${rowEnd - rowStart}`);
      for (const row of read) rows.push(flat(plain(row)));
      rowStart = rowEnd;
    }
  } catch (error) {
    if ((error as Error).message.startsWith("runs.rows:")) throw error;
    const line = String((error as Error).message).split("\n")[0];
    throw new Error(`runs.rows: invalid Parquet in ${path}: ${line} (damaged, or another format)`, { cause: error });
  }
  return rows;
}

/** 64-bit integers as numbers and dates as text; both are exact for what a table of runs holds. */
function plain(row: Record<string, unknown>): Record<string, unknown> {
  for (const [name, value] of Object.entries(row)) {
    if (typeof value === "bigint") row[name] = Number(value);
    else if (value instanceof Date) row[name] = value.toISOString();
  }
  return row;
}
