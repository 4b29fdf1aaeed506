/** Parquet files of one column whose page headers and footers say what a test wants, true or not. */
import { ByteWriter } from "hyparquet-writer";
import { writeMetadata } from "hyparquet-writer/src/metadata.js";
import { serializeTCompactProtocol } from "hyparquet-writer/src/thrift.js";
import type { ColumnMetaData, CompressionCodec, ParquetType, SchemaElement } from "hyparquet";

export interface Page {
  /** The page header's fields by their numbers in parquet.thrift; sizes are those of `bytes` unless they are given. */
  header: Record<number, unknown>;
  bytes: Uint8Array | readonly number[];
}

export interface Forged {
  pages: readonly Page[];
  rows: number;
  type?: ParquetType;
  codec?: CompressionCodec;
  /** Changes to the schema's one column, e.g. that it may be absent. */
  element?: Partial<SchemaElement>;
  /** Changes to what the footer says of the column's bytes. */
  chunk?: Partial<ColumnMetaData>;
}

export function forge({
  pages,
  rows,
  type = "BYTE_ARRAY",
  codec = "UNCOMPRESSED",
  element,
  chunk,
}: Forged): Uint8Array {
  const writer = new ByteWriter();
  writer.appendBytes(new TextEncoder().encode("PAR1"));
  for (const { header, bytes } of pages) {
    const fields = { 2: bytes.length, 3: bytes.length, ...header };
    serializeTCompactProtocol(writer, numbered(fields) as Record<`field_${number}`, unknown>);
    writer.appendBytes(Uint8Array.from(bytes));
  }
  const size = BigInt(writer.offset - 4);
  const meta_data: ColumnMetaData = {
    type,
    encodings: [],
    path_in_schema: ["text"],
    codec,
    num_values: BigInt(rows),
    total_uncompressed_size: size,
    total_compressed_size: size,
    data_page_offset: 4n,
    ...chunk,
  };
  writeMetadata(writer, {
    version: 2,
    schema: [
      { name: "root", num_children: 1 },
      { name: "text", type, repetition_type: "REQUIRED", ...element },
    ],
    num_rows: BigInt(rows),
    row_groups: [{ columns: [{ file_offset: 4n, meta_data }], total_byte_size: size, num_rows: BigInt(rows) }],
    metadata_length: 0,
  });
  writer.appendBytes(new TextEncoder().encode("PAR1"));
  return writer.getBytes();
}

/** A first-layout data page: `values` values in `encoding`. */
export const dataPage = (values: number, encoding: number, bytes: Page["bytes"], header = {}): Page => ({
  header: { 1: 0, 5: { 1: values, 2: encoding, 3: 3, 4: 3 }, ...header },
  bytes,
});

export const dictionaryPage = (values: number, bytes: Page["bytes"]): Page => ({
  header: { 1: 2, 7: { 1: values, 2: 0 } },
  bytes,
});

/** Texts as PLAIN has them, each behind its length. */
export const plainTexts = (...texts: string[]): number[] =>
  texts.flatMap((text) => [text.length, 0, 0, 0, ...new TextEncoder().encode(text)]);

/** `{ 5: { 1: x } }` as hyparquet-writer wants it, in the order of the numbers; undefined is left out. */
function numbered(value: unknown): unknown {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .map(([field, inner]) => [`field_${field}`, numbered(inner)]),
  );
}
