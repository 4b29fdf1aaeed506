/** A log that another tool reads, written beside a run's own rows and never read back by the lab: all it says follows from them. */
import type { MetricRow } from "../metrics.js";
import type { RunRecord } from "../record.js";

export interface LogOptions {
  /** Folder of this log alone; made anew. */
  dir: string;
  record: RunRecord;
  /** Milliseconds since 1970 at which the run began; the time of a row is counted on from it by the speeds of the updates. */
  began: number;
}

export interface Log {
  append(rows: readonly MetricRow[]): void;
  /** Once, with what became of the run. */
  close(record: RunRecord): void;
}

export interface LogRow {
  /** What it writes, in one line. */
  summary: string;
  reference: string;
  open(options: LogOptions): Log;
}
