/** A folder for a trimmed tokenizer, as `embed.trim` and `model.save` would write it, with no more than a row of it in memory. */
import { meanOf, trimPlan } from "../embed/index.js";
import { sizeOf } from "../model/safetensors-header.js";
import type { OnProgress, Tokenizer } from "../types.js";
import type { Folder } from "./folder.js";
import { refuseNotFinite } from "./not-finite.js";
import { openTable } from "./stored-table.js";
import { writeFolder } from "./write-folder.js";
import { resized } from "./write-rows.js";

export interface TrimOptions {
  /** What `open` gave. */
  base: Folder;
  /** What `vocab.trim` gave for the base's tokenizer: for each new id the old one. */
  trimmed: { tokenizer: Tokenizer; oldIds: ArrayLike<number> };
  /** The folder to write. */
  out: string;
  /** The number of rows becomes a multiple of this; padding is the mean of the rows. Defaults to 1. */
  padTo?: number;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

export interface Trimmed {
  /** Rows of the tables. */
  rows: number;
  /** Parameters of the tables (a tied one counted once) and of the model. */
  before: { embedding: number; total: number };
  after: { embedding: number; total: number };
  /** Files of the base's folder that are not written, and why. */
  leftOut: Record<string, string>;
}

export async function trim({ base, trimmed, out, padTo = 1, signal, onProgress }: TrimOptions): Promise<Trimmed> {
  const { tokenizer } = trimmed;
  const { shared, rows } = trimPlan({ base: base.tokenizer, ...trimmed, padTo });
  const stored = [base.input, base.output, ...base.biases].filter((one) => one !== undefined);
  const none = { newIds: new Int32Array(0), made: new Float32Array(0) };
  const tables = Object.fromEntries(
    stored.map((one) => {
      const table = openTable(base.dir, one);
      try {
        const mean = meanOf(table, shared.base);
        if (!mean.every(Number.isFinite)) refuseNotFinite("checkpoint.trim", one.name, table, shared.base);
        return [one.name, { made: none.made, mean }];
      } finally {
        table.close();
      }
    }),
  );
  const change = { tokenizer, rows, shared, newIds: none.newIds, tables };
  const leftOut = await writeFolder({ folder: base, out, rewritten: resized(base, change), signal, onProgress });
  const embedding = stored.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const total = parametersOf(base);
  const now = (embedding / base.rows) * rows;
  return { rows, before: { embedding, total }, after: { embedding: now, total: total - embedding + now }, leftOut };
}

/** All numbers that are stored, a tied head and what belongs to it once. */
export function parametersOf({ headers, duplicates }: Folder): number {
  const entries = Object.values(headers).flatMap((header) => header.entries);
  return entries.filter(({ name }) => !duplicates.includes(name)).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}
