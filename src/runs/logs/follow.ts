/**
 * The logs of a run while its rows are written. They are made anew whenever a run is opened to go on, from all rows that it has,
 * so that a log never holds an update that was taken back.
 */
import { rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { type MetricRow, readMetrics } from "../metrics.js";
import { readRecord, type RunRecord } from "../record.js";
import { type LogName, logs } from "./registry.js";
import type { Log } from "./types.js";

export interface FollowOptions {
  /** The run's folder. */
  dir: string;
  record: RunRecord;
  names: readonly LogName[];
}

/** The logs of a run as it is now: what `follow` writes of a run that is over. Returns their folders. */
export function writeLogs({ dir, names }: Omit<FollowOptions, "record">): string[] {
  const record = readRecord(dir, "runs");
  follow({ dir, record, names }).close(record);
  return names.map((name) => join(dir, "logs", name));
}

/** Opens the logs with the rows so far. Throws one line where a name is none. */
export function follow({ dir, record, names }: FollowOptions): Log {
  const unknown = names.find((name) => !Object.hasOwn(logs, name));
  if (unknown !== undefined) throw new Error(`runs: invalid log: ${unknown} (one of ${Object.keys(logs).join(", ")})`);
  const path = join(dir, "metrics.jsonl");
  const began = beganOf(path);
  const opened: Log[] = names.map((name) => {
    const own = join(dir, "logs", name);
    rmSync(own, { recursive: true, force: true });
    return logs[name].open({ dir: own, record, began });
  });
  const rows = rowsIn(path);
  for (const log of opened) log.append(rows);
  return {
    append: (more) => opened.forEach((log) => log.append(more)),
    close: (last) => opened.forEach((log) => log.close(last)),
  };
}

function beganOf(path: string): number {
  const { birthtimeMs, mtimeMs } = statSync(path);
  return Math.floor(birthtimeMs || mtimeMs);
}

/** By step; of one step, the update before what was measured after it. */
function rowsIn(path: string): MetricRow[] {
  const { steps, evaluations, measurements } = readMetrics(path, "runs");
  return [...steps, ...evaluations, ...measurements].sort((a, b) => a.step - b.step);
}
