/**
 * Which rows of a table have learned anything. Padding has no token; reserved tokens have one that no text ever held
 * (Llama 3 keeps 250 of them), and a row of exact zeros was never touched. A mean that counts them describes nothing.
 */
import type { Table } from "./table.js";
import type { Tokenizer } from "../types.js";

/** Names that checkpoints give to tokens for later use. */
const reserved = /^<.*(?:reserved|unused|extra_id|dummy|placeholder).*>$|^\[unused\d+\]$/i;

/** Whether an id's name is one that a text can hold. */
export function isNamed(tokenizer: Tokenizer, id: number): boolean {
  const token = tokenizer.tokenOf(id);
  return token !== undefined && !reserved.test(token);
}

export interface Survey {
  /** Ids with a trained row, ascending. */
  trained: Int32Array;
  /** The mean of their rows, in double precision. */
  mean: Float64Array;
}

export interface SurveyOptions {
  tokenizer: Tokenizer;
  table: Table;
  /** Ids that count as untrained besides. Defaults to none. */
  untrained?: ReadonlySet<number>;
  /** Told of the first number that is not finite. */
  fail: (value: number, row: number) => never;
}

/** One pass over all rows, padding too. */
export function survey({ tokenizer, table, untrained = new Set(), fail }: SurveyOptions): Survey {
  const [rows, width] = table.shape as [number, number];
  const trained: number[] = [];
  const sum = new Float64Array(width);
  for (let id = 0; id < rows; id++) {
    const row = table.row(id);
    let [size, unlike] = [0, 0];
    for (let j = 0; j < width; j++) {
      size += Math.abs(row[j]!);
      unlike += row[j]! - row[j]!;
    }
    if (unlike !== 0)
      fail(
        row.find((value) => !Number.isFinite(value))!,
        id,
      );
    if (!(size > 0 && isNamed(tokenizer, id) && !untrained.has(id))) continue;
    trained.push(id);
    for (let j = 0; j < width; j++) sum[j]! += row[j]!;
  }
  return { trained: Int32Array.from(trained), mean: sum.map((total) => total / trained.length) };
}
