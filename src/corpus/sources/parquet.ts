/** Columns of a Parquet file as rows, a document a row as a rule. */
import { openParquet } from "../parquet/read.js";
import type { FieldDocuments, FieldReader } from "./fields.js";

export interface ReadParquetOptions {
  path: string;
  reader: FieldReader;
  /** Those that it reads. */
  columns: readonly string[];
  /** Some of these that a file may lack; defaults to none. */
  optional?: boolean;
  signal?: AbortSignal;
}

export async function readParquet({
  path,
  reader,
  columns: wanted,
  optional = false,
  signal,
}: ReadParquetOptions): Promise<FieldDocuments> {
  try {
    const file = await openParquet(path);
    try {
      const columns = optional ? wanted.filter((column) => file.columns.includes(column)) : wanted;
      const missing = columns.length === 0 ? wanted[0] : columns.find((column) => !file.columns.includes(column));
      if (missing !== undefined)
        throw new Error(
          `load: missing field ${JSON.stringify(missing)} in ${path}; it has ${file.columns.join(", ") || "nothing"}`,
        );
      let row = 0;
      for await (const group of file.groups(columns)) {
        signal?.throwIfAborted();
        for (const each of group) reader.add(each, `${path}, row ${++row}`);
      }
    } finally {
      file.close();
    }
  } catch (error) {
    const { message } = error as Error;
    if (signal?.aborted || message.startsWith("load: ")) throw error;
    throw new Error(`load: cannot read ${path} as Parquet (damaged, or another format): ${message}`, { cause: error });
  }
  return reader.done();
}
