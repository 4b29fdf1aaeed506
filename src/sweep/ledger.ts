/**
 * `sweep.jsonl`: what became of each job, one line a change, only ever appended. The last line of a key holds; a line torn
 * by a kill is passed over, and the next append begins on a line of its own.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";

export interface SweepRow {
  /** Hash of the recipe. */
  key: string;
  name: string;
  status: "finished" | "failed" | "interrupted";
  /** The run's folder. */
  dir: string;
  /** One line, where the status is "failed". */
  error?: string;
}

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

export function appendLedger(path: string, row: SweepRow): void {
  mkdirSync(dirname(path), { recursive: true });
  const torn = existsSync(path) && !readFileSync(path, "utf8").match(/(^|\n)$/);
  appendFileSync(path, `${torn ? "\n" : ""}${JSON.stringify(row)}\n`);
}
