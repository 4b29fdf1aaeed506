/**
 * A table for the eye: an arquero table, a danfo.js frame or plain rows, as HTML and as aligned text. Shows a head of the
 * rows and says how many there are; it computes nothing.
 */

/** An arquero table, as far as showing needs one. */
interface ArqueroLike {
  columnNames(): string[];
  objects(options?: { limit?: number }): object[];
  numRows(): number;
}

/** A danfo.js frame, likewise. */
interface DanfoLike {
  columns: string[];
  values: unknown[];
  shape: number[];
}

export type TableLike = ArqueroLike | DanfoLike | object[];

export interface Rows {
  columns: string[];
  cells: string[][];
  /** Columns whose every value is a number, to be aligned on the right. */
  numeric: boolean[];
  /** Rows that are not shown. */
  more: number;
}

/** The head of a table, or undefined when `thing` is none. */
export function rowsOf(thing: object, limit: number): Rows | undefined {
  if (Array.isArray(thing)) {
    const rows = thing as Record<string, unknown>[];
    if (!rows.every((row) => typeof row === "object" && row !== null && !Array.isArray(row))) return undefined;
    return head([...new Set(rows.flatMap((row) => Object.keys(row)))], rows.slice(0, limit), rows.length);
  }
  if ("objects" in thing && "columnNames" in thing) {
    const table = thing as ArqueroLike;
    return head(table.columnNames(), table.objects({ limit }) as Record<string, unknown>[], table.numRows());
  }
  if ("columns" in thing && "values" in thing && "shape" in thing) {
    const { columns, values, shape } = thing as DanfoLike;
    const named = (row: unknown): Record<string, unknown> =>
      Object.fromEntries(columns.map((name, at) => [name, (row as unknown[])[at]]));
    return head(columns, values.slice(0, limit).map(named), shape[0] ?? values.length);
  }
  return undefined;
}

/** Whether it is a table as it stands: rows of numbers and words, and nothing that would have to be unfolded. */
export function isPlainRows(list: readonly unknown[]): boolean {
  const plain = (value: unknown): boolean =>
    value === null || (typeof value !== "object" && typeof value !== "function");
  const isRow = (row: unknown): boolean =>
    typeof row === "object" &&
    row !== null &&
    [Object.prototype, null].includes(Object.getPrototypeOf(row) as null) &&
    Object.keys(row).length > 0 &&
    Object.values(row).every(plain);
  return list.length > 0 && list.every(isRow);
}

function head(columns: string[], rows: Record<string, unknown>[], total: number): Rows {
  const numeric = columns.map((name) => rows.every((row) => row[name] == null || typeof row[name] === "number"));
  return {
    columns,
    cells: rows.map((row) => columns.map((name) => spell(row[name]))),
    numeric,
    more: total - rows.length,
  };
}

/** Five significant digits are what an eye compares. */
function spell(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "number") return typeof value === "object" ? JSON.stringify(value) : String(value);
  return Number.isInteger(value) || !Number.isFinite(value) ? String(value) : String(Number(value.toPrecision(5)));
}

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => escapes[character] ?? character);
}

export function htmlTable({ columns, cells, numeric, more }: Rows): string {
  const cell =
    (tag: string) =>
    (text: string, at: number): string =>
      `<${tag} style="text-align:${numeric[at] ? "right" : "left"}">${escapeHtml(text)}</${tag}>`;
  const body = cells.map((row) => `<tr>${row.map(cell("td")).join("")}</tr>`);
  const foot = more > 0 ? [`<caption style="caption-side:bottom;text-align:left">${rest(more)}</caption>`] : [];
  return [
    "<table>",
    ...foot,
    `<thead><tr>${columns.map(cell("th")).join("")}</tr></thead>`,
    "<tbody>",
    ...body,
    "</tbody>",
    "</table>",
  ].join("\n");
}

export function plainTable({ columns, cells, numeric, more }: Rows): string {
  const widths = columns.map((name, at) => Math.max(name.length, ...cells.map((row) => row[at]?.length ?? 0)));
  const line = (row: string[]): string =>
    row
      .map((text, at) => (numeric[at] ? text.padStart(widths[at] ?? 0) : text.padEnd(widths[at] ?? 0)))
      .join("  ")
      .trimEnd();
  return [columns, ...cells]
    .map(line)
    .concat(more > 0 ? [rest(more)] : [])
    .join("\n");
}

function rest(more: number): string {
  return `… and ${more} more ${more === 1 ? "row" : "rows"}`;
}
