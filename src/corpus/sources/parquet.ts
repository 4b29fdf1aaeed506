/** One text column of a Parquet file, a document a row. */
import { openParquet, type ParquetRow } from "../parquet/read.js";
import { fieldOf, keyOf } from "./json-lines.js";
import type { FieldDocument } from "./json-lines.js";

export async function readParquet(
  path: string,
  field: string,
  keyField: string | undefined,
  signal?: AbortSignal,
): Promise<FieldDocument[]> {
  const columns = keyField === undefined ? [field] : [field, keyField];
  const rows: ParquetRow[] = [];
  try {
    const file = await openParquet(path);
    try {
      const missing = columns.find((column) => !file.columns.includes(column));
      if (missing !== undefined)
        throw new Error(
          `load: missing field ${JSON.stringify(missing)} in ${path}; it has ${file.columns.join(", ") || "nothing"}`,
        );
      for await (const group of file.groups(columns)) {
        signal?.throwIfAborted();
        for (const row of group) rows.push(row);
      }
    } finally {
      file.close();
    }
  } catch (error) {
    const { message } = error as Error;
    if (signal?.aborted || message.startsWith("load: ")) throw error;
    throw new Error(`load: cannot read ${path} as Parquet (damaged, or another format): ${message}`, { cause: error });
  }
  return rows.map((row, i) => {
    const where = `${path}, row ${i + 1}`;
    const document: FieldDocument = { text: fieldOf(row, field, where) };
    if (keyField !== undefined) document.key = keyOf(row, keyField, where);
    return document;
  });
}
