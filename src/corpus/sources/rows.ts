/** Rows of a file, whatever its format: what a reader of one format hands on. */
import type { BadRows } from "./bad-rows.js";

export type Row = Record<string, unknown>;

export interface PlacedRow {
  row: Row;
  /** The file and the place in it, as errors name it. */
  where: string;
}

export interface RowsOptions {
  path: string;
  /** Paths that are wanted, where a format can leave other columns unread. */
  fields: readonly string[];
  /** Whether a file may lack some of them. */
  optional: boolean;
  /** Bytes of the longest row. */
  longest: number;
  bad: BadRows;
  signal?: AbortSignal | undefined;
}
