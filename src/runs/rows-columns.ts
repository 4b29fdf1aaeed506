/** The columns that are asked for, made of those that are there: renamed or worked out, units and numbers checked, errors with their place. */
import { formula } from "./rows-formula.js";
import type { Row } from "./readers/types.js";

export type Chosen = (rows: readonly Row[], path: string, gaps: boolean) => Row[];

/** Makes the asked columns; where `gaps` are natural (a log) rows without one of them are passed over. */
export function chosen(columns: Record<string, string>, keep: readonly string[]): Chosen {
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
        `runs.rows: missing column ${missing} in ${path}; it has ${some}${there.size > 12 ? ", …" : ""} (say where ${name} is: columns: { ${name}: "…" }, or --column ${name}=…)`,
      );
    });
    for (const { name, from, unit } of parts)
      if (unit)
        throw new Error(
          `runs.rows: invalid unit of ${name} in ${path}: ${from[0]} counts in ${unit.says} (write it as the formula "${from[0]}" ${unit.fix})`,
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
