/** What a reader of foreign files takes and gives. A row is plain data; what a file does not say is null. */
export type Cell = string | number | boolean | null;
export type Row = Record<string, Cell>;

export interface Source {
  path: string;
  /** What the rows of this file are called where the file itself names no run. */
  run: string;
}

export interface Format {
  /** One line for people. */
  summary: string;
  /** Where the layout is described. */
  reference: string;
  /** Whether a row is a step of a run (so that the last one can be asked for) rather than a finished setting. */
  log: boolean;
  /** Whether one run's steps may be spread over several files, to be put together by run and step. */
  scattered?: boolean;
  /** By the file's name alone. */
  named(name: string): boolean;
  /** By its first bytes, as bytes and as text; asked only where the name allows it. Absent: the name decides. */
  holds?(head: Uint8Array, text: string): boolean;
  read(source: Source): Promise<Row[]> | Row[];
}

/** More than any table of runs has, and few enough to hold: checked while reading, before the next row is kept. */
export const mostRows = 3_000_000;
export const mostColumns = 20_000;

/** One line that says which file, which row and what to do. */
export function refuse(path: string, what: string, fix: string): Error {
  return new Error(`runs.rows: invalid ${what} in ${path} (${fix})`);
}

export function checkSize(path: string, rows: number): void {
  if (!(rows <= mostRows)) throw refuse(path, `size: more than ${mostRows} rows`, "split it into several files");
}
