/** A Parquet file written as its rows come, a group of them in memory; it has its name when it is whole. */
import type { SchemaElement } from "hyparquet";
import { atomicFile } from "../../files.js";

/** Of each column its element of the schema and those below it; the first needs no name. */
export type ParquetColumns = Record<string, readonly [Omit<SchemaElement, "name">, ...SchemaElement[]]>;

export interface WriteParquetOptions {
  path: string;
  columns: ParquetColumns;
  rows: Iterable<Record<string, unknown>> | AsyncIterable<Record<string, unknown>>;
  /** Rows of a group; defaults to 1000. */
  groups?: number;
}

export async function writeParquet({ path, columns, rows, groups = 1000 }: WriteParquetOptions): Promise<void> {
  const { ByteWriter, parquetWriteRows } = await import("hyparquet-writer");
  const names = Object.keys(columns);
  const schema: SchemaElement[] = [
    { name: "root", num_children: names.length },
    ...names.flatMap((name) => {
      const [first, ...others] = columns[name]!;
      return [{ ...first, name }, ...others];
    }),
  ];
  const file = atomicFile(path);
  const bytes = new ByteWriter();
  const flush = (): void => {
    file.write(bytes.getBytes());
    bytes.index = 0;
  };
  try {
    const writer = Object.assign(bytes, { flush, finish: flush });
    await parquetWriteRows({ writer, schema, rows, columns: names.map((name) => ({ name })), rowGroupSize: groups });
    file.commit();
  } finally {
    file.discard();
  }
}
