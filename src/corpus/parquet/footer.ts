/** A Parquet file's footer: read whole, checked, and only then believed. What it says of chunks lies inside the file. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import type { ColumnMetaData, FileMetaData } from "hyparquet";
import { leavesOf, type Leaf } from "./schema.js";
import { readStruct, type Struct } from "./thrift.js";

export interface OpenFile {
  size: number;
  metadata: FileMetaData;
  leaves: Leaf[];
  read(start: number, end: number): Uint8Array<ArrayBuffer>;
  close(): void;
}

const largestFooter = 64 << 20;
const mostValues = 2 ** 21;
const mostChunks = 2 ** 20;

export async function openFile(path: string): Promise<OpenFile> {
  // An ESM package: a dynamic import works in every Node that the lab runs on.
  const { parquetMetadata } = await import("hyparquet");
  const handle = openSync(path, "r");
  try {
    const { size } = fstatSync(handle);
    const read = (start: number, end: number): Uint8Array<ArrayBuffer> => readWhole(handle, start, end);
    if (size < 12) throw new Error("it is too short");
    const tail = new DataView(read(size - 8, size).buffer);
    if (tail.getUint32(4, true) !== 0x31524150) throw new Error("its last bytes are not PAR1");
    const length = tail.getUint32(0, true);
    if (length > size - 12 || length > largestFooter)
      throw new Error(`a footer of ${length} bytes in a file of ${size}`);
    const bytes = read(size - 8 - length, size);
    const tree = readStruct({ bytes: bytes.subarray(0, length), at: 0, left: mostValues });
    const metadata = honestly("its footer", () => {
      checkStatistics(tree);
      return parquetMetadata(bytes, { geoparquet: false });
    });
    const leaves = leavesOf(metadata.schema);
    honestly("its footer", () => checkGroups(metadata, leaves, size - 8 - length));
    return { size, metadata, leaves, read, close: () => closeSync(handle) };
  } catch (error) {
    closeSync(handle);
    throw error;
  }
}

/** Runs code that takes the bytes for valid; where it fails over a value of another type, the error says in which part. */
export function honestly<T>(where: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw plainly(where, error);
  }
}

export function plainly(where: string, error: unknown): Error {
  if (error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError)
    return new Error(`${where} cannot be decoded`, { cause: error });
  return error as Error;
}

/** hyparquet makes a number of each decimal in the statistics, in quadratic time; a decimal has 16 bytes or fewer. */
function checkStatistics(tree: Struct): void {
  const fields = (value: unknown): Struct[] => (Array.isArray(value) ? (value as Struct[]) : []);
  const decimals = fields(tree[2]).flatMap(({ 1: type, 6: meaning }) => (type === undefined ? [] : [meaning === 5]));
  for (const group of fields(tree[4]))
    fields(group[1]).forEach((column, i) => {
      const statistics = (column[3] as Struct | undefined)?.[12];
      for (const value of Object.values(statistics ?? {}))
        if (decimals[i] && value instanceof Uint8Array && value.length > 32)
          throw new Error(`statistics with a decimal of ${value.length} bytes`);
    });
}

/** Every group has every leaf, in order, whole and inside the file. */
function checkGroups(metadata: FileMetaData, leaves: readonly Leaf[], end: number): void {
  const { row_groups: groups, num_rows } = metadata;
  if (groups.length * leaves.length > mostChunks)
    throw new Error(`a footer of ${groups.length} row groups of ${leaves.length} columns`);
  let rows = 0n;
  for (const group of groups) {
    if (!(group.num_rows >= 0n)) throw new Error("a row group without a number of rows");
    rows += group.num_rows;
    if (group.columns.length !== leaves.length)
      throw new Error(`a row group of ${group.columns.length} columns where the schema has ${leaves.length}`);
    for (const [i, { meta_data: chunk, file_path, crypto_metadata }] of group.columns.entries()) {
      const leaf = leaves[i]!;
      const column = JSON.stringify(leaf.path.join("."));
      if (crypto_metadata || !chunk) throw new Error(`${column} is encrypted or left out`);
      if (file_path !== undefined) throw new Error(`${column} lies in another file, ${JSON.stringify(file_path)}`);
      if (chunk.path_in_schema.join("\0") !== leaf.path.join("\0") || chunk.type !== leaf.element.type)
        throw new Error(
          `a row group with ${JSON.stringify(chunk.path_in_schema.join("."))} where the schema has ${column}`,
        );
      const range = rangeOf(chunk);
      if (group.num_rows > 0n && !(range.start >= 4 && range.end >= range.start && range.end <= end))
        throw new Error(`${column} lies outside the file`);
    }
  }
  if (rows !== num_rows) throw new Error(`${rows} rows in its groups, not ${num_rows}`);
}

/** Where a chunk's pages lie, as hyparquet takes it. */
export function rangeOf(chunk: ColumnMetaData): { start: number; end: number } {
  const start = chunk.dictionary_page_offset || chunk.data_page_offset;
  return { start: Number(start), end: Number(start + chunk.total_compressed_size) };
}

function readWhole(handle: number, start: number, end: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(end - start);
  for (let at = 0; at < bytes.length;) {
    const read = readSync(handle, bytes, at, bytes.length - at, start + at);
    if (read === 0) throw new Error("it became shorter while it was read");
    at += read;
  }
  return bytes;
}
