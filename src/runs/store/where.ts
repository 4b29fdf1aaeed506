/** Which rows of a table, in which order, with which columns: conditions as text, such as `arm=replay` and `bitsPerByte_ko<1.2`. */
import type { Cell, Row } from "../readers/types.js";

/** `a=1`, `a!=b`, `a<1`, `a<=1`, `a>1`, `a>=1`, `a~part of a text`; a row without the column fits `!=` alone. */
export type Condition = string;

type Test = (cell: Cell, value: Cell) => boolean;

const tests: Record<string, Test> = {
  "=": (cell, value) => same(cell, value),
  "!=": (cell, value) => !same(cell, value),
  "<": (cell, value) => order(cell, value) < 0,
  "<=": (cell, value) => order(cell, value) <= 0,
  ">": (cell, value) => order(cell, value) > 0,
  ">=": (cell, value) => order(cell, value) >= 0,
  "~": (cell, value) => cell !== null && String(cell).includes(String(value)),
};

/** The rows that fit every condition. Throws one line for a condition that cannot be read and a column that no row has. */
export function fitting(rows: readonly Row[], conditions: readonly Condition[]): Row[] {
  const asked = conditions.map((condition) => {
    const [, name, sign, value] = /^([^=<>~!]+)(!=|<=|>=|[=<>~])(.*)$/su.exec(condition) ?? [];
    if (name === undefined)
      throw new Error(
        `runs: invalid condition: ${condition} (a column, one of ${Object.keys(tests).join(" ")}, a value)`,
      );
    return { column: columnOf(rows, name.trim()), fits: tests[sign!]!, value: value!.trim() };
  });
  return rows.filter((row) => asked.every(({ column, fits, value }) => fits(row[column] ?? null, value)));
}

/** By the column, a "-" in front for downwards; rows without it come last, equal ones as they were. */
export function sorted(rows: readonly Row[], by: string): Row[] {
  const down = by.startsWith("-");
  const column = columnOf(rows, down ? by.slice(1) : by);
  const lacks = (row: Row): boolean => (row[column] ?? null) === null || Number.isNaN(row[column]);
  return [...rows].sort(
    (a, b) => Number(lacks(a)) - Number(lacks(b)) || (lacks(a) ? 0 : order(a[column]!, b[column]!) * (down ? -1 : 1)),
  );
}

/** Of names, some with "*" for any text, the columns that fit, each once. */
export function columnsNamed(rows: readonly Row[], names: readonly string[]): string[] {
  const there = columnsOf(rows);
  return [
    ...new Set(
      names.flatMap((name) => {
        if (!name.includes("*")) return [columnOf(rows, name)];
        const pieces = name.split("*").map((piece) => piece.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
        const pattern = new RegExp(`^${pieces.join(".*")}$`, "su");
        const found = there.filter((column) => pattern.test(column));
        return found.length > 0 || rows.length === 0 ? found : [columnOf(rows, name)];
      }),
    ),
  ];
}

export function columnsOf(rows: readonly Row[]): string[] {
  const names = new Set<string>();
  for (const row of rows) for (const name of Object.keys(row)) names.add(name);
  return [...names];
}

/** The column of that name, or the recipe's field of it: `steps` is `recipe.steps` where there is no other. */
export function columnOf(rows: readonly Row[], name: string): string {
  const found = [name, `recipe.${name}`].find((column) => rows.some((row) => Object.hasOwn(row, column)));
  if (found !== undefined || rows.length === 0) return found ?? name;
  const all = columnsOf(rows);
  const near = all.filter((column) => column.toLowerCase().includes(name.toLowerCase()));
  const some = (near.length > 0 ? near : all).slice(0, 12).join(", ");
  throw new Error(`runs: invalid column: ${name} (${near.length > 0 ? "near it are" : "there are"} ${some})`);
}

const numberIn = (cell: Cell): number => (typeof cell === "string" && cell.trim() !== "" ? Number(cell) : NaN);

function same(cell: Cell, value: Cell): boolean {
  if (cell === null) return value === "";
  return typeof cell === "number" ? cell === numberIn(value) || String(cell) === value : String(cell) === value;
}

/** NaN, which is no order, where one is a number and the other none. */
function order(a: Cell, b: Cell): number {
  if (a === null || b === null) return NaN;
  const [x, y] = [a, b].map((cell) => (typeof cell === "number" ? cell : numberIn(cell)));
  if (typeof a === "number" || typeof b === "number") return x! - y!;
  return a < b ? -1 : Number(a > b);
}
