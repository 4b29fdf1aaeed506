/** `palimpsest runs list`: the table of runs for the eye, or all of it as JSON. */
import { printable } from "../foreign.js";
import type { Role } from "../runs/index.js";
import { gather, type RowsOptions } from "./runs-rows.js";
import { BadArguments, understand, type Outcome, type Work } from "./work.js";

export interface ListOptions extends RowsOptions {
  columns?: string;
  limit?: string;
  json?: boolean;
}

export async function listVerb(dirs: string[], options: ListOptions, { signal }: Work): Promise<Outcome> {
  const limit = Number(options.limit ?? (options.json ? Infinity : 40));
  if (!(limit >= 0)) throw new BadArguments(`invalid --limit: ${options.limit} (a whole number from 0)`);
  const { columnsNamed, columnsOf, roleOf } = await import("../runs/index.js");
  const { plainTable, rowsOf } = await import("../lab/cell/table.js");
  const { rows, damaged } = await gather(dirs, options, signal);
  const asked = options.columns?.split(",").map((name) => name.trim());
  const columns = understand(() =>
    asked ? columnsNamed(rows, asked) : options.json ? columnsOf(rows) : glance(columnsOf(rows), roleOf),
  );
  const shown = rows.slice(0, limit).map((row) => Object.fromEntries(columns.map((name) => [name, row[name] ?? null])));
  const head = rowsOf(shown, limit) ?? { columns, cells: [], numeric: [] };
  const cells = head.cells.map((row) => row.map((cell) => printable(cell, widest)));
  return {
    json: { total: rows.length, runs: shown, damaged },
    text: plainTable({ ...head, cells, more: rows.length - shown.length }),
  };
}

/** Characters of a cell. */
const widest = 60;

/** What a glance asks for: names, labels, else token shares, and bits per byte. */
function glance(columns: readonly string[], roleOf: (column: string) => Role): string[] {
  const labelled = columns.some((name) => roleOf(name) === "label");
  return columns.filter(
    (name) =>
      ["run", "status", "seed", "tokens"].includes(name) ||
      (labelled ? roleOf(name) === "label" : name.startsWith("share_")) ||
      name.startsWith("bitsPerByte_"),
  );
}
