/** One text column of a Parquet file (hyparquet), a document a row, read a row group at a time. */
import { statSync } from "node:fs";
import * as zlib from "node:zlib";
import { fieldOf, keyOf } from "./json-lines.js";
import type { FieldDocument } from "./json-lines.js";

type Inflate = (input: Uint8Array) => Uint8Array;

/** What Node can inflate besides the Snappy that hyparquet brings; Zstandard came with Node 22.15. */
export function compressors(): Record<string, Inflate> {
  const zstd = (zlib as unknown as { zstdDecompressSync?: Inflate }).zstdDecompressSync;
  return {
    GZIP: (input) => zlib.gunzipSync(input),
    BROTLI: (input) => zlib.brotliDecompressSync(input),
    ...(zstd && { ZSTD: zstd }),
  };
}

export async function readParquet(
  path: string,
  field: string,
  keyField: string | undefined,
  signal?: AbortSignal,
): Promise<FieldDocument[]> {
  if (statSync(path).size < 12)
    throw new Error(`load: cannot read ${path} as Parquet (damaged, or another format): it is too short`);
  // An ESM package: a dynamic import works in every Node that the lab runs on.
  const { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } = await import("hyparquet");
  const documents: FieldDocument[] = [];
  try {
    const file = await asyncBufferFromFile(path);
    const metadata = await parquetMetadataAsync(file);
    const present = parquetSchema(metadata).children.map(({ element }) => element.name);
    const columns = keyField === undefined ? [field] : [field, keyField];
    for (const column of columns)
      if (!present.includes(column))
        throw new Said(
          `load: missing field ${JSON.stringify(column)} in ${path}; it has ${present.join(", ") || "nothing"}`,
        );
    let rowStart = 0;
    for (const group of metadata.row_groups) {
      signal?.throwIfAborted();
      const rowEnd = rowStart + Number(group.num_rows);
      const rows = await parquetReadObjects({ file, metadata, columns, rowStart, rowEnd, compressors: compressors() });
      if (rows.length !== rowEnd - rowStart)
        throw new Error(`a row group has ${rows.length} rows where its header promises ${rowEnd - rowStart}`);
      for (const [i, row] of rows.entries())
        documents.push(documentOf(row, field, keyField, `${path}, row ${rowStart + i + 1}`));
      rowStart = rowEnd;
    }
  } catch (error) {
    if (signal?.aborted || error instanceof Said) throw error;
    throw new Error(
      `load: cannot read ${path} as Parquet (damaged, or another format): ${String((error as Error).message).split("\n")[0]}`,
      {
        cause: error,
      },
    );
  }
  return documents;
}

/** An error that already is the one line for the user. */
class Said extends Error {
  override name = "Error";
}

function documentOf(
  row: Record<string, unknown>,
  field: string,
  keyField: string | undefined,
  where: string,
): FieldDocument {
  try {
    const document: FieldDocument = { text: fieldOf(row, field, where) };
    if (keyField !== undefined) document.key = keyOf(row, keyField, where);
    return document;
  } catch (error) {
    throw new Said((error as Error).message);
  }
}
