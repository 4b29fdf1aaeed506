/**
 * `sweep.jsonl`: what became of each job, one line a change, only ever appended. The last line of a key holds; a line torn
 * by a kill is passed over, and the next append begins on a line of its own.
 */
import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync, writeFileSync } from "node:fs";

export interface SweepRow {
  /** Hash of the settings and of what the files hold that they name. */
  key: string;
  name: string;
  /** "paused": stopped where its recipe says, as a search does. */
  status: "finished" | "paused" | "failed" | "interrupted";
  /** Of a paused run, the update at which it is. */
  step?: number;
  /** The run's folder. */
  dir: string;
  /** One line, where the status is "failed". */
  error?: string;
  /** Present where the loss stopped being a number: the run's own failure, not the machine's. */
  diverged?: true;
}

/** Whether a row has its job as far as the recipe goes. */
export const isReached = (row: SweepRow | undefined, { stopAt = Infinity }: { stopAt?: number }): boolean =>
  row?.status === "finished" || (row?.status === "paused" && (row.step ?? 0) >= stopAt);

export function readLedger(path: string): Map<string, SweepRow> {
  const rows = new Map<string, SweepRow>();
  if (!existsSync(path)) return rows;
  for (const line of readFileSync(path, "utf8").split("\n")) {
    try {
      const row = JSON.parse(line) as SweepRow;
      if (typeof row.key === "string") rows.set(row.key, row);
    } catch {
      // Torn by a kill, or the empty end of the file.
    }
  }
  return rows;
}

/** In one write. */
export function appendLedger(path: string, rows: readonly SweepRow[]): void {
  if (rows.length === 0) return;
  const file = openSync(path, "a+");
  try {
    const { size } = fstatSync(file);
    const last = Buffer.alloc(1);
    const torn = size > 0 && readSync(file, last, 0, 1, size - 1) === 1 && last[0] !== 10;
    writeFileSync(file, `${torn ? "\n" : ""}${rows.map((row) => `${JSON.stringify(row)}\n`).join("")}`);
  } finally {
    closeSync(file);
  }
}
