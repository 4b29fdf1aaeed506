/** The columns that are asked for, made of those that are there: renamed or worked out, units and numbers checked, errors with their place. */
import { knownAs, unitOf } from "./column-names.js";
import { formula } from "./rows-formula.js";
import type { Row } from "./readers/types.js";

export type Chosen = (rows: readonly Row[], path: string) => Row[];

export interface ChosenOptions {
  columns: Record<string, string>;
  keep: readonly string[];
  /** What to do with a row in which a column is NaN or infinite. */
  outside: "refuse" | "drop";
  note: (text: string) => void;
}

/** Makes the asked columns; rows without one of them are passed over, counted and said. */
export function chosen({ columns, keep, outside, note }: ChosenOptions): Chosen {
  return (rows, path) => {
    const there = new Set<string>();
    for (const row of rows) for (const name of Object.keys(row)) there.add(name);
    const parts = Object.entries(columns).map(([name, text]) => {
      if (there.has(text)) return { name, from: [text], value: ([x]: readonly number[]) => x!, unit: unitOf(text) };
      const known = name === text ? knownAs(name, there) : [];
      if (known.length > 1) {
        const all = known.map(({ heading }) => heading).join(", ");
        throw new Error(
          `runs.rows: ambiguous ${name} in ${path}: ${all} (say which: --column "${name}=${known[0]!.heading}")`,
        );
      }
      if (known[0]) {
        const { heading, says, value } = known[0];
        note(`${name} of ${path} is the column ${JSON.stringify(heading)}, ${says}`);
        return { name, from: [heading], value, unit: undefined };
      }
      const { columns: from, value } = formula(text);
      const missing = from.find((column) => !there.has(column));
      if (missing === undefined) return { name, from, value, unit: undefined };
      const some = [...there].slice(0, 12).join(", ") || "none";
      throw new Error(
        `runs.rows: missing column ${missing} in ${path}; it has ${some}${there.size > 12 ? ", …" : ""} (say where ${name} is: columns: { ${name}: "…" }, or --column ${name}=…)`,
      );
    });
    for (const { name, from, unit } of parts)
      if (unit)
        throw new Error(
          `runs.rows: invalid unit of ${name} in ${path}: ${from[0]} counts in ${unit.says} (write it as the formula "${from[0]}" ${unit.fix})`,
        );
    const sources = [...new Set(parts.flatMap(({ from }) => from))];
    const absent = new Map<string, number>();
    const notFinite = new Map<string, number>();
    const count = (of: Map<string, number>, column: string): [] => {
      of.set(column, (of.get(column) ?? 0) + 1);
      return [];
    };
    const made = rows.flatMap((cells, i) => {
      const gap = sources.find((column) => (cells[column] ?? null) === null);
      if (gap !== undefined) return count(absent, gap);
      const odd = sources.find((column) => typeof cells[column] === "number" && !Number.isFinite(cells[column]));
      if (odd !== undefined && outside === "drop") return count(notFinite, odd);
      const row: Row = {};
      for (const column of ["run", "step", ...keep]) if (cells[column] !== undefined) row[column] = cells[column]!;
      for (const { name, from, value } of parts) {
        const number = value(from.map((column) => numberIn(cells, column, i, path)));
        if (!Number.isFinite(number))
          throw new Error(`runs.rows: invalid ${name} in ${path}, row ${i + 1}: ${number} (from ${columns[name]})`);
        row[name] = number;
      }
      return [row];
    });
    if (made.length === 0 && rows.length > 0) {
      const [column] = [...absent.keys(), ...notFinite.keys()];
      throw new Error(`runs.rows: invalid ${column} in ${path}: no row has a number there (name another column)`);
    }
    for (const [column, n] of absent)
      note(`${n} of ${rows.length} rows of ${path} have no ${column} and are passed over`);
    for (const [column, n] of notFinite)
      note(`${n} of ${rows.length} rows of ${path} are dropped: ${column} is not a finite number`);
    return made;
  };
}

function numberIn(cells: Row, column: string, i: number, path: string): number {
  const cell = cells[column] ?? null;
  if (typeof cell === "number" && Number.isFinite(cell)) return cell;
  const shown = typeof cell === "string" ? JSON.stringify(cell.slice(0, 40)) : String(cell);
  const fix =
    typeof cell === "number"
      ? 'drop what diverged: outside: "drop", or --outside drop'
      : "a plain number such as 3.2e9, or take the row out";
  throw new Error(`runs.rows: invalid ${column} in ${path}, row ${i + 1}: ${shown} (${fix})`);
}
