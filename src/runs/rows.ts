/**
 * Other people's results, and our own, as plain rows for `laws.fit`: tables (CSV, JSON Lines, JSON, Parquet) and logs of runs
 * (this lab's folders, Hugging Face's trainer, Weights & Biases, TensorBoard). What a file is shows in its name, then in its
 * content. Columns that are asked for are checked here, where the file and the row are still known.
 */
import { dirname } from "node:path";
import { find } from "./readers/find.js";
import { formats, type FormatName } from "./readers/formats.js";
import { type Cell, checkSize, type Row } from "./readers/types.js";
import { chosen } from "./rows-columns.js";

export type { Cell, Row } from "./readers/types.js";
export { formats } from "./readers/formats.js";

export interface RowsOptions {
  /** A file, or a folder of runs; several are read one after the other. */
  path: string | readonly string[];
  /** A name in `runs.formats`; defaults to what the name and the content say. */
  kind?: FormatName;
  /**
   * What the rows have, and from where: `{ tokens: "D", parameters: "N_M * 1e6", loss: "eval/loss" }`. Every value must be a
   * finite number; rows without a value are passed over. What is asked by its own name may be headed as the field heads it
   * ("N", "params (M)"). Without it the rows have every column as it is.
   */
  columns?: Record<string, string>;
  /** Further columns to keep as they are, e.g. `["domain"]`; `run` is kept where there is one. */
  keep?: readonly string[];
  /** Of a log: each run's last row that has the columns, or all such rows; defaults to "last". Tables are read whole. */
  points?: "last" | "all";
  /** Rows in which an asked column is NaN or infinite, as a diverged run leaves them; defaults to "refuse". */
  outside?: "refuse" | "drop";
  /** Told of every column that was found under another name, and how many rows were passed over or dropped. */
  onNote?: (text: string) => void;
  signal?: AbortSignal;
}

/** Rows in the order of the file. Throws one line that names the file, the row and the column. */
export async function rows(options: RowsOptions): Promise<Row[]> {
  const { path, kind, columns, keep = [], points = "last", outside = "refuse", onNote, signal } = options;
  if (kind !== undefined && !Object.hasOwn(formats, kind))
    throw new Error(`runs.rows: invalid kind: ${kind} (one of ${Object.keys(formats).join(", ")})`);
  if (points !== "last" && points !== "all")
    throw new Error(`runs.rows: invalid points: ${String(points)} ("last" or "all")`);
  const wanted = columns && chosen({ columns, keep, outside, note: (text) => onNote?.(text) });
  const out: Row[] = [];
  const called = new Map<string, string>();
  for (const each of typeof path === "string" ? [path] : path) {
    const found = find(each, kind);
    const format = formats[found.kind]!;
    const parts = new Map<string, Row[]>();
    let size = 0;
    for (const source of found.sources) {
      signal?.throwIfAborted();
      const read = await attempt(source.path, async () => format.read(source));
      checkSize(each, (size += read.length));
      if (format.log && !format.scattered) rename(read, source.path, called);
      const part = format.scattered ? "" : source.path;
      parts.set(part, (parts.get(part) ?? []).concat(read));
    }
    for (const [file, part] of parts) {
      const whole = format.log ? merged(part) : part;
      const picked = wanted ? wanted(whole, file || each) : whole;
      for (const row of format.log && points === "last" ? lasts(picked) : picked) out.push(row);
    }
    checkSize(each, out.length);
  }
  return out;
}

/** What a reader or a decoder says, as one line with the file's name. */
async function attempt(path: string, read: () => Promise<Row[]>): Promise<Row[]> {
  try {
    return await read();
  } catch (error) {
    const message = String((error as Error).message).split("\n")[0]!;
    if (message.startsWith("runs.r")) throw error;
    throw new Error(`runs.rows: cannot read ${path}: ${message}`, { cause: error });
  }
}

/** Runs of different folders stay different runs, whatever they are called. */
function rename(rows: Row[], path: string, called: Map<string, string>): void {
  for (const row of rows) {
    if (typeof row.run !== "string") continue;
    const first = called.get(row.run) ?? path;
    called.set(row.run, first);
    if (first !== path) row.run = `${row.run} (${dirname(path)})`;
  }
}

/** One row for each run and step: one scalar a file, as TensorBoard exports them, comes back together here. */
function merged(rows: readonly Row[]): Row[] {
  const together = new Map<string, Row>();
  rows.forEach((row, i) => {
    const key = row.step === undefined || row.step === null ? `#${i}` : JSON.stringify([row.run, row.step]);
    const before = together.get(key);
    if (before) for (const [name, cell] of Object.entries(row)) before[name] = cell ?? before[name] ?? null;
    else together.set(key, { ...row });
  });
  return [...together.values()];
}

/** Each run's row of the highest step, in order of first sight. */
function lasts(rows: readonly Row[]): Row[] {
  const last = new Map<Cell, Row>();
  const stepOf = ({ step }: Row): number => (typeof step === "number" ? step : -Infinity);
  for (const row of rows) {
    const before = last.get(row.run ?? null);
    if (!before || stepOf(row) >= stepOf(before)) last.set(row.run ?? null, row);
  }
  return [...last.values()];
}
