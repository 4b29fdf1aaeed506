/**
 * Parquet, by hyparquet, for whoever reads it: a row group at a time, and nothing of a file is decoded before it is checked
 * (`footer.ts`, `pages.ts`). hyparquet by itself believes what a file says: it loops, allocates and rejects without a
 * listener where that is a lie. Errors are one bare line, to be put behind the reader's name and the file's.
 */
import type { FileMetaData } from "hyparquet";
import { openFile, plainly, rangeOf, type OpenFile } from "./footer.js";
import { inflaters, type Inflate } from "./inflate.js";
import { checkChunk, type Allowance } from "./pages.js";
import { checkType } from "./schema.js";

export type ParquetRow = Record<string, unknown>;

export interface Parquet {
  /** Names of the columns, of a nested one its first. */
  columns: string[];
  rows: number;
  /** The rows of each group; only these columns are checked and decoded (defaults to all of them). */
  groups(columns?: readonly string[]): AsyncGenerator<ParquetRow[]>;
  close(): void;
}

/** What a file may become, by its size: 64 MB and 4 million values, or a thousand bytes and 256 values for each byte. */
const allowed = (size: number): Allowance => ({
  bytes: Math.max(64 << 20, 1024 * size),
  values: Math.max(4 << 20, 256 * size),
});

export async function openParquet(path: string): Promise<Parquet> {
  const file = await openFile(path);
  const columns = [...new Set(file.leaves.map(({ path: [name] }) => name!))];
  return {
    columns,
    rows: Number(file.metadata.num_rows),
    groups: (wanted = columns) => readGroups(file, wanted),
    close: file.close,
  };
}

async function* readGroups(file: OpenFile, columns: readonly string[]): AsyncGenerator<ParquetRow[]> {
  const { parquetReadObjects } = await import("hyparquet");
  const codecs = await inflaters();
  const allowance = allowed(file.size);
  for (const { path, element, ...levels } of file.leaves)
    if (columns.includes(path[0]!)) checkType({ path, element, ...levels });
  for (const group of file.metadata.row_groups) {
    const rows = Number(group.num_rows);
    if (rows === 0) continue;
    for (const [i, { meta_data: chunk }] of group.columns.entries()) {
      const leaf = file.leaves[i]!;
      if (!columns.includes(leaf.path[0]!)) continue;
      const column = JSON.stringify(leaf.path.join("."));
      const inflate = Object.hasOwn(codecs, chunk!.codec) ? codecs[chunk!.codec] : undefined;
      if (!inflate)
        throw new Error(
          `${column} is packed with ${chunk!.codec ?? "an unknown codec"}, which is not read; write it with one of ${Object.keys(codecs).join(", ")}`,
        );
      const { start, end } = rangeOf(chunk!);
      try {
        checkChunk({ bytes: file.read(start, end), leaf, inflate, rows, allowance });
      } catch (error) {
        throw new Error(`${column} has ${plainly("a page that", error).message}`, { cause: error });
      }
    }
    const read = parquetReadObjects({
      file: bufferOf(file),
      metadata: { ...file.metadata, num_rows: group.num_rows, row_groups: [group] } satisfies FileMetaData,
      columns: [...columns],
      compressors: codecs as Record<string, Inflate>,
      parsers: { stringFromBytes, jsonFromBytes: (bytes) => JSON.parse(stringFromBytes(bytes)) as unknown },
    });
    yield await read.catch((error: unknown) => {
      throw plainly("a row group that", error);
    });
  }
}

/** hyparquet makes promises that it does not wait for, and those must not reject: out of range gives nothing here. Ranges were checked before. */
function bufferOf({ size, read }: OpenFile): { byteLength: number; slice(start: number, end?: number): ArrayBuffer } {
  return {
    byteLength: size,
    slice: (start, end = size) =>
      start >= 0 && end <= size && start <= end ? read(start, end).buffer : new ArrayBuffer(0),
  };
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function stringFromBytes(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (error) {
    throw new Error("text that is not UTF-8", { cause: error });
  }
}
