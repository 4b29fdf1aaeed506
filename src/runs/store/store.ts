/**
 * A folder with thousands of runs as one table, `runs.parquet` in it, which arquero, danfojs, DuckDB and pandas read: a row a run.
 * The folders are what counts: the table is made anew from what changed in them, and may be deleted at any time.
 */
import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { breathe } from "../../breathe.js";
import type { OnProgress } from "../../types.js";
import type { Cell, Row } from "../readers/types.js";
import { findRuns, stampOf } from "./find.js";
import { kindsOf, readRows, writeRows } from "./parquet.js";
import { rowAt } from "./row.js";

export interface StoreOptions {
  /** A folder of runs, at most four levels above them, or one run's. */
  dir: string;
  onProgress?: OnProgress;
  /** Told where the table could not be read or written; the rows are there nevertheless. */
  onNote?: (text: string) => void;
  signal?: AbortSignal;
}

export interface Store {
  /** The table; not there where `dir` is one run's folder. */
  path: string;
  /** One for each run, in order of their folders: what `runs.table` says of it, `loss_<domain>` and the like as found last, `recipe.<path>`. `dir` is relative to the folder given. */
  rows: Row[];
  /** How many runs were read because they are new or changed. */
  read: number;
  /** Folders that are left out, and why, in a line. */
  damaged: { dir: string; error: string }[];
}

export async function store({ dir, onProgress, onNote, signal }: StoreOptions): Promise<Store> {
  const root = resolve(dir);
  const path = join(root, "runs.parquet");
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory())
    throw new Error(`runs.store: invalid dir: ${dir}: no such folder`);
  if (stampOf(root) !== undefined)
    return { path, rows: [{ ...rowAt(root, "runs.store"), dir: "." }], read: 1, damaged: [] };
  const { runs, headless } = findRuns(root);
  const before = await kept(path, onNote);
  const damaged = headless.map((dir) => ({ dir, error: "runs.store: metrics.jsonl without a run.json" }));
  const rows: Row[] = [];
  const stamps: string[] = [];
  let read = 0;
  for (const [i, { dir, stamp }] of runs.entries()) {
    const known = before?.get(dir);
    if (known?.stamp === stamp) {
      rows.push(known.row);
      stamps.push(stamp);
      continue;
    }
    read++;
    try {
      rows.push(Object.assign(rowAt(join(root, dir), "runs.store"), { dir }));
      stamps.push(stamp);
    } catch (error) {
      damaged.push({ dir, error: (error as Error).message });
    }
    if (read % 50 === 0) {
      onProgress?.({ label: "runs", done: i, total: runs.length });
      await breathe();
      signal?.throwIfAborted();
    }
  }
  const changed = read > damaged.length - headless.length || rows.length !== before?.size;
  if (before && changed) await write({ path, rows, stamps, onNote });
  return { path, rows, read, damaged };
}

interface Kept {
  row: Row;
  /** Of the run's files when the row was made. */
  stamp: Cell;
}

interface Written extends Pick<StoreOptions, "onNote"> {
  path: string;
  rows: readonly Row[];
  /** Of each row. */
  stamps: readonly string[];
}

/**
 * Rows of the table as it was, by folder: none where there is none or it is damaged, and nothing where the file is somebody else's,
 * which is left as it is.
 */
async function kept(path: string, onNote: StoreOptions["onNote"]): Promise<Map<Cell, Kept> | undefined> {
  if (!statSync(path, { throwIfNoEntry: false })) return new Map();
  try {
    const { rows, apart } = await readRows(path, ["stamp"]);
    if (rows.every(({ dir }, i) => typeof dir === "string" && typeof apart[i]?.stamp === "string"))
      return new Map(rows.map((row, i) => [row.dir!, { row, stamp: apart[i]!.stamp! }]));
    onNote?.(`${path} is another table and left as it is, so that every run is read each time (move it)`);
    return undefined;
  } catch (error) {
    onNote?.(`${path} is damaged and made anew: ${(error as Error).message}`);
    return new Map();
  }
}

async function write({ path, rows, stamps, onNote }: Written): Promise<void> {
  try {
    const stamped = rows.map((row, i) => ({ ...row, stamp: stamps[i]! }));
    await writeRows({ path, kinds: { ...kindsOf(rows), stamp: "text" }, rows: [stamped] });
  } catch (error) {
    onNote?.(`the table is not kept: ${(error as Error).message}`);
  }
}
