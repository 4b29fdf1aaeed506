/** Rows as Parquet and back. A column is whole numbers, numbers, true or false, or text: text where its cells are of several kinds. */
import { openParquet, type Parquet } from "../../corpus/parquet/read.js";
import { type ParquetColumns, type ParquetGroup, writeGroups } from "../../corpus/parquet/write.js";
import type { Cell, Row } from "../readers/types.js";

type Kind = "whole" | "number" | "boolean" | "text";

const elements = {
  whole: { type: "INT64", repetition_type: "OPTIONAL" },
  number: { type: "DOUBLE", repetition_type: "OPTIONAL" },
  boolean: { type: "BOOLEAN", repetition_type: "OPTIONAL" },
  text: { type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "OPTIONAL" },
} as const;

/** What each makes of a cell that is not null. */
const stored: Record<Kind, (cell: Cell) => unknown> = {
  whole: (cell) => BigInt(cell as number),
  number: (cell) => cell,
  boolean: (cell) => cell,
  text: (cell) => (typeof cell === "string" ? cell : String(cell)),
};

export type Kinds = Record<string, Kind>;

export type Batches = Iterable<readonly Row[]> | AsyncIterable<readonly Row[]>;

export interface WriteRowsOptions {
  path: string;
  kinds: Kinds;
  /** In batches of any size. */
  rows: Batches;
  /** Rows of a group; defaults to 10,000. */
  groups?: number;
}

export async function writeRows({ path, kinds, rows, groups = 10_000 }: WriteRowsOptions): Promise<void> {
  const columns: ParquetColumns = {};
  for (const [name, kind] of Object.entries(kinds)) columns[name] = [elements[kind]];
  const writers = Object.entries(kinds).map(([name, kind]) => [name, stored[kind]] as const);
  const empty = (): ParquetGroup => Object.fromEntries(writers.map(([name]) => [name, []]));
  async function* grouped(): AsyncGenerator<ParquetGroup> {
    let [group, count] = [empty(), 0];
    for await (const batch of rows)
      for (let from = 0; from < batch.length;) {
        const some = batch.slice(from, from + groups - count);
        for (const [name, of] of writers) {
          const cells = group[name]!;
          for (const row of some) {
            const cell = row[name] ?? null;
            cells.push(cell === null ? undefined : of(cell));
          }
        }
        from += some.length;
        count += some.length;
        if (count < groups) continue;
        yield group;
        [group, count] = [empty(), 0];
      }
    if (count > 0) yield group;
  }
  await writeGroups({ path, columns, groups: grouped() });
}

/** Of every column of any row, in order of first sight; a column without a value is text. */
export function kindsOf(rows: readonly Row[]): Kinds {
  const kinds = new Map<string, Kind | undefined>();
  for (const row of rows)
    for (const name of Object.keys(row)) {
      const cell = row[name]!;
      const before = kinds.get(name);
      if (before === "text") continue;
      kinds.set(name, cell === null ? before : joined(before, kindOf(cell)));
    }
  return Object.fromEntries([...kinds].map(([name, kind]) => [name, kind ?? "text"]));
}

function kindOf(cell: Cell): Kind {
  if (typeof cell === "number") return Number.isSafeInteger(cell) && !Object.is(cell, -0) ? "whole" : "number";
  return typeof cell === "boolean" ? "boolean" : "text";
}

function joined(a: Kind | undefined, b: Kind): Kind {
  if (a === undefined || a === b) return b;
  return [a, b].every((kind) => kind === "whole" || kind === "number") ? "number" : "text";
}

/** `apart` are columns that are none of its rows and come by themselves. Errors are one bare line. */
export async function readRows(path: string, apart: readonly string[] = []): Promise<{ rows: Row[]; apart: Row[] }> {
  const file = await openParquet(path);
  try {
    const rest = file.columns.filter((name) => !apart.includes(name));
    return {
      rows: await rowsIn(file, rest),
      apart: await rowsIn(
        file,
        file.columns.filter((name) => apart.includes(name)),
      ),
    };
  } finally {
    file.close();
  }
}

async function rowsIn(file: Parquet, columns: readonly string[]): Promise<Row[]> {
  const rows: Row[] = [];
  if (columns.length === 0) return rows;
  for await (const group of file.groups(columns))
    for (const row of group) {
      for (const name of columns) if (typeof row[name] === "bigint") row[name] = Number(row[name]);
      rows.push(row as Row);
    }
  return rows;
}
