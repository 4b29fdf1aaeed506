/** Columns of a Parquet file as rows, a row group at a time. */
import { openParquet } from "../parquet/read.js";
import { columnsOf } from "./field-path.js";
import type { PlacedRow, RowsOptions } from "./rows.js";

export async function* parquetRows(options: RowsOptions): AsyncGenerator<PlacedRow> {
  const { path, signal } = options;
  try {
    const file = await openParquet(path);
    try {
      const columns = columnsOf(options, file.columns);
      let row = 0;
      for await (const group of file.groups(columns)) {
        signal?.throwIfAborted();
        for (const each of group) yield { row: each, where: `${path}, row ${++row}` };
      }
    } finally {
      file.close();
    }
  } catch (error) {
    const { message } = error as Error;
    if (signal?.aborted || message.startsWith("load: ")) throw error;
    throw new Error(`load: cannot read ${path} as Parquet (damaged, or another format): ${message}`, { cause: error });
  }
}
