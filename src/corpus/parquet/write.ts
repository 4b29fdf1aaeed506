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
  const names = Object.keys(columns);
  const empty = (): ParquetGroup => Object.fromEntries(names.map((name) => [name, []]));
  async function* grouped(): AsyncGenerator<ParquetGroup> {
    let [group, count] = [empty(), 0];
    for await (const row of rows) {
      for (const name of names) group[name]!.push(row[name]);
      if (++count < groups) continue;
      yield group;
      [group, count] = [empty(), 0];
    }
    if (count > 0) yield group;
  }
  await writeGroups({ path, columns, groups: grouped() });
}

/** Of each column the cells of a group of rows. */
export type ParquetGroup = Record<string, unknown[]>;

/** A reader passes over groups by the least and the most of a column; of numbers with fractions nobody asks, and they take time. */
const hasBounds = ([{ type }]: ParquetColumns[string]): boolean => type !== "DOUBLE";

export interface WriteGroupsOptions {
  path: string;
  columns: ParquetColumns;
  groups: Iterable<ParquetGroup> | AsyncIterable<ParquetGroup>;
}

/** For whoever has columns: an object for each row takes longer than the file. */
export async function writeGroups({ path, columns, groups }: WriteGroupsOptions): Promise<void> {
  const { ByteWriter, ParquetWriter } = await import("hyparquet-writer");
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
    const parquet = new ParquetWriter({ writer, schema });
    for await (const group of groups) {
      const columnData = names.map((name) => ({
        name,
        data: group[name]!,
        statistics: hasBounds(columns[name]!),
      }));
      await parquet.write({ columnData, rowGroupSize: columnData[0]!.data.length });
    }
    await parquet.finish();
    file.commit();
  } finally {
    file.discard();
  }
}
