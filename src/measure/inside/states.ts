/** What the measures of this folder are given: rows of numbers, a row for each text, token or word. Not how they came about. */
import type { Matrix } from "../../embed/index.js";

/** [rows, width]. */
export interface StatesTable {
  shape: readonly number[];
  data: ArrayLike<number>;
}

/** The states of the same texts twice: row `i` of both is of the same one. */
export interface Pair {
  /** [n, width]. */
  a: StatesTable;
  /** [n, width], of whatever width. */
  b: StatesTable;
}

export function checkStates(caller: string, name: string, { shape, data }: StatesTable, rows: number): void {
  const [n = 0, width = 0] = shape;
  if (!(shape.length === 2 && width >= 1 && data.length === n * width))
    throw new Error(`${caller}: invalid ${name}: [${shape}] of ${data.length} numbers (give [rows, width])`);
  if (!(n >= rows)) throw new Error(`${caller}: invalid ${name}: ${n} rows (from ${rows})`);
  for (let i = 0; i < data.length; i++)
    if (!Number.isFinite(data[i]))
      throw new Error(`${caller}: invalid ${name}: row ${Math.floor(i / width)} has ${data[i]}`);
}

export function checkPair(caller: string, { a, b }: Pair, rows: number): void {
  checkStates(caller, "a", a, rows);
  checkStates(caller, "b", b, rows);
  if (a.shape[0] !== b.shape[0])
    throw new Error(`${caller}: invalid b: ${b.shape[0]} rows (row by row the texts of a, which has ${a.shape[0]})`);
}

/** A copy in double precision of which every column has mean 0. */
export function centred({ shape, data }: StatesTable): Matrix<Float64Array> {
  const [n, width] = [shape[0]!, shape[1]!];
  const moved = Float64Array.from(data);
  for (let j = 0; j < width; j++) {
    // From the first row's, so that a column that does not vary becomes zeros and not rounding.
    const first = moved[j]!;
    let sum = 0;
    for (let i = j; i < moved.length; i += width) sum += moved[i]! -= first;
    for (let i = j; i < moved.length; i += width) moved[i]! -= sum / n;
  }
  return { shape: [n, width], data: moved };
}

/** A copy in double precision of which every row has length 1; a row of zeros stays. */
export function unit({ shape, data }: StatesTable): Matrix<Float64Array> {
  const width = shape[1]!;
  const scaled = Float64Array.from(data);
  for (let from = 0; from < scaled.length; from += width) {
    const row = scaled.subarray(from, from + width);
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    if (length > 0) for (let j = 0; j < width; j++) row[j]! /= length;
  }
  return { shape: [...shape], data: scaled };
}
