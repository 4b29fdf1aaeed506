/** One text column of a Parquet file, a document a row. */
import { openParquet } from "../parquet/read.js";
import { type FieldDocuments, fieldReader, type Fields } from "./fields.js";

export async function readParquet({
  path,
  signal,
  ...fields
}: Fields & { path: string; signal?: AbortSignal }): Promise<FieldDocuments> {
  const reader = fieldReader(fields);
  const columns = Object.values(fields).filter((column) => column !== undefined);
  try {
    const file = await openParquet(path);
    try {
      const missing = columns.find((column) => !file.columns.includes(column));
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
