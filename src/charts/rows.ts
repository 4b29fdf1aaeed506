/** Tables in: plain rows, or anything that gives its rows as objects (an arquero table does). */
export type Rows<T> = readonly T[] | { objects(): object[] };

/** The rows, each checked to have a number in `numbers`, of which not all are NaN, and something in `names`. */
export function rowsOf<T>(
  caller: string,
  rows: Rows<T>,
  numbers: readonly (keyof T & string)[],
  names: readonly (keyof T & string)[] = [],
): T[] {
  const list = (Array.isArray(rows) ? rows : (rows as { objects(): object[] }).objects()) as T[];
  if (list.length === 0) throw new Error(`${caller}: invalid rows: none; there is nothing to draw`);
  list.forEach((row, i) => {
    for (const column of numbers) {
      const value = row[column];
      // NaN is a diverged run: it is drawn as a gap.
      if (typeof value !== "number")
        throw new Error(`${caller}: invalid ${column}: ${String(value)} in row ${i + 1}; give a number`);
    }
    for (const column of names) {
      if (row[column] === undefined || row[column] === null)
        throw new Error(`${caller}: invalid ${column}: missing in row ${i + 1}`);
    }
  });
  const lost = numbers.find((column) => !list.some((row) => Number.isFinite(row[column])));
  if (lost !== undefined) throw new Error(`${caller}: invalid ${lost}: not one is a number; there is nothing to draw`);
  return list;
}

/** Values in order of first sight, or in growing order where all are numbers. */
export function distinct<V>(values: readonly V[]): V[] {
  const seen = [...new Set(values)];
  return seen.every((value) => typeof value === "number") ? seen.sort((a, b) => (a as number) - (b as number)) : seen;
}

export const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Sample standard deviation; 0 for a single value. */
export function deviation(values: readonly number[]): number {
  const m = mean(values);
  return values.length > 1 ? Math.sqrt(values.reduce((sum, v) => sum + (v - m) ** 2, 0) / (values.length - 1)) : 0;
}
