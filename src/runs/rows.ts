/**
 * Other people's results, and our own, as plain rows for `laws.fit`: tables (CSV, JSON Lines, JSON, Parquet) and logs of runs
 * (this lab's folders, Hugging Face's trainer, Weights & Biases, TensorBoard). What a file is shows in its name, then in its
 * content. Columns that are asked for are checked here, where the file and the row are still known.
 */
import { find } from "./readers/find.js";
import { formats } from "./readers/formats.js";
import { type Cell, checkSize, type Row } from "./readers/types.js";
import { formula } from "./rows-formula.js";

export type { Cell, Row } from "./readers/types.js";
export { formats } from "./readers/formats.js";

export interface RowsOptions {
  /** A file, or a folder of runs; several are read one after the other. */
  path: string | readonly string[];
  /** A name in `runs.formats`; defaults to what the name and the content say. */
  kind?: string;
  /**
   * What the rows have, and from where: `{ tokens: "D", parameters: "N_M * 1e6", loss: "eval/loss" }`. Every value must be a
   * finite number. Without it the rows have every column as it is.
   */
  columns?: Record<string, string>;
  /** Further columns to keep as they are, e.g. `["domain"]`; `run` is kept where there is one. */
  keep?: readonly string[];
  /** Of a log: each run's last row that has the columns, or all such rows; defaults to "last". Tables are read whole. */
  points?: "last" | "all";
  signal?: AbortSignal;
}

/** Rows in the order of the file. Throws one line that names the file, the row and the column. */
export async function rows(options: RowsOptions): Promise<Row[]> {
  const { path, kind, columns, keep = [], points = "last", signal } = options;
  if (kind !== undefined && !Object.hasOwn(formats, kind))
    throw new Error(`runs.rows: invalid kind: ${kind} (one of ${Object.keys(formats).join(", ")})`);
  if (points !== "last" && points !== "all")
    throw new Error(`runs.rows: invalid points: ${String(points)} ("last" or "all")`);
  const wanted = columns && chosen(columns, keep);
  const out: Row[] = [];
  for (const each of typeof path === "string" ? [path] : path) {
    const found = find(each, kind);
    const { log, read } = formats[found.kind]!;
    const own: Row[] = [];
    for (const source of found.sources) {
      signal?.throwIfAborted();
      for (const row of await attempt(source.path, async () => read(source))) own.push(row);
      checkSize(each, own.length);
    }
    const picked = wanted ? wanted(log ? merged(own) : own, each, log) : log ? merged(own) : own;
    for (const row of log && points === "last" ? lasts(picked) : picked) out.push(row);
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

type Chosen = (rows: readonly Row[], path: string, gaps: boolean) => Row[];

/** Makes the asked columns; where `gaps` are natural (a log) rows without one of them are passed over. */
function chosen(columns: Record<string, string>, keep: readonly string[]): Chosen {
  return (rows, path, gaps) => {
    const there = new Set<string>();
    for (const row of rows) for (const name of Object.keys(row)) there.add(name);
    const parts = Object.entries(columns).map(([name, text]) => {
      if (there.has(text)) return { name, from: [text], value: ([x]: readonly number[]) => x!, unit: unitOf(text) };
      const { columns: from, value } = formula(text);
      const missing = from.find((column) => !there.has(column));
      if (missing === undefined) return { name, from, value, unit: undefined };
      const some = [...there].slice(0, 12).join(", ") || "none";
      throw new Error(
        `runs.rows: missing column ${missing} in ${path}; it has ${some}${there.size > 12 ? ", …" : ""} (say where ${name} is: columns: { ${name}: "…" })`,
      );
    });
    for (const { name, from, unit } of parts)
      if (unit)
        throw new Error(
          `runs.rows: invalid unit of ${name} in ${path}: ${from[0]} counts in ${unit.says} (columns: { ${name}: ${JSON.stringify(`"${from[0]}" ${unit.fix}`)} })`,
        );
    const sources = [...new Set(parts.flatMap(({ from }) => from))];
    return rows.flatMap((cells, i) => {
      if (gaps && sources.some((column) => (cells[column] ?? null) === null)) return [];
      const row: Row = {};
      for (const column of ["run", "step", ...keep]) if (cells[column] !== undefined) row[column] = cells[column]!;
      for (const { name, from, value } of parts) {
        const made = value(from.map((column) => numberIn(cells, column, i, path)));
        if (!Number.isFinite(made))
          throw new Error(`runs.rows: invalid ${name} in ${path}, row ${i + 1}: ${made} (from ${columns[name]})`);
        row[name] = made;
      }
      return [row];
    });
  };
}

function numberIn(cells: Row, column: string, i: number, path: string): number {
  const cell = cells[column] ?? null;
  if (typeof cell === "number" && Number.isFinite(cell)) return cell;
  const shown = cell === null ? "nothing" : typeof cell === "string" ? JSON.stringify(cell.slice(0, 40)) : String(cell);
  throw new Error(
    `runs.rows: invalid ${column} in ${path}, row ${i + 1}: ${shown} (a plain number such as 3.2e9, or take the row out)`,
  );
}

const units: Record<string, { says: string; fix: string }> = {
  "%": { says: "percent", fix: "/ 100" },
  k: { says: "thousands", fix: "* 1e3" },
  M: { says: "millions", fix: "* 1e6" },
  B: { says: "billions", fix: "* 1e9" },
  T: { says: "trillions", fix: "* 1e12" },
  bits: { says: "bits", fix: "* 0.6931471805599453" },
};

/** A heading that states a unit other than one, "tokens (B)" or "share [%]", is not taken for a plain number. */
function unitOf(heading: string): { says: string; fix: string } | undefined {
  const stated = /[([]\s*(%|k|M|B|T|bits)(?:\s*(?:\/|per)?\s*tok\w*|\s+\w+)?\s*[)\]]\s*$/.exec(heading)?.[1];
  return stated === undefined ? undefined : units[stated];
}
