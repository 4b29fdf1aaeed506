/**
 * A run is a folder: `run.json` (what was done), `metrics.jsonl` (how it went), `checkpoints/` (what came of it).
 * This file makes, reopens and reads such folders; what goes into a checkpoint is `train`'s business.
 */
import { existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { writeAtomically } from "../files.js";
import { metrics } from "../measure/definitions.js";
import type { Evaluation, Measurement, StepRow } from "../types.js";
import {
  type Appender,
  appender,
  type Digest,
  digestOf,
  keepThrough,
  lineOf,
  mend,
  type MetricRow,
  readMetrics,
} from "./metrics.js";
import { follow } from "./logs/follow.js";
import type { LogName } from "./logs/registry.js";
import type { Log } from "./logs/types.js";
import { checkRecord, readRecord, type RunRecord, writeRecord } from "./record.js";
import { use } from "./used.js";
import { versions } from "./versions.js";

export interface Run {
  readonly dir: string;
  readonly record: RunRecord;
  /** The folder for checkpoints; exists. */
  readonly checkpoints: string;
  /** Adds one row, or several in one write. */
  append(rows: MetricRow | readonly MetricRow[]): void;
  /** Of the rows so far, or of their first `bytes`. */
  digest(bytes?: number): Digest;
  /** Drops every row after `step`: what a resume from that step's checkpoint does first. */
  truncateAfter(step: number): void;
  /** Replaces fields of the record and writes it. */
  update(patch: Partial<RunRecord>): void;
  /** As `update`, with status "finished" unless the patch says otherwise, and closes the run. */
  finish(patch?: Partial<RunRecord>): void;
  /** Closes the file of metrics and leaves the record as it is; safe to call twice. */
  close(): void;
}

/** What `read` gives: the record and every whole row so far. */
export interface RunData {
  dir: string;
  record: RunRecord;
  steps: StepRow[];
  evaluations: Evaluation[];
  measurements: Measurement[];
}

/** What the caller must say; the rest of the record is filled in. */
export type NewRecord = Omit<RunRecord, "format" | "status" | "versions" | "metrics"> & Partial<RunRecord>;

export interface OpenOptions {
  /** Logs for other tools, written in the folder's `logs` beside the rows: names of `runs.logs`. Defaults to none. */
  logs?: readonly LogName[];
}

export interface CreateOptions extends OpenOptions {
  dir: string;
  record: NewRecord;
}

/** Makes the folder of a new run. A folder that already holds a run is refused: resume it with `open`, or name another. */
export function create(options: CreateOptions): Run {
  const dir = resolve(options.dir);
  if (existsSync(join(dir, "run.json"))) {
    throw new Error(
      `runs.create: invalid dir: ${dir} already holds a run; resume it with runs.open or name another folder`,
    );
  }
  const record: RunRecord = { format: 1, status: "running", versions: versions(), metrics, ...options.record };
  checkRecord(record, join(dir, "run.json"), "runs.create");
  mkdirSync(join(dir, "checkpoints"), { recursive: true });
  writeAtomically(join(dir, "metrics.jsonl"), "");
  writeRecord(dir, record);
  return handle(dir, record, options.logs);
}

/** Reopens a run to go on with it: cuts off a line torn by a kill. Call `truncateAfter` with the checkpoint's step next. */
export function open(dir: string, { logs }: OpenOptions = {}): Run {
  const folder = resolve(dir);
  const record = readRecord(folder, "runs.open");
  mkdirSync(join(folder, "checkpoints"), { recursive: true });
  mend(join(folder, "metrics.jsonl"));
  return handle(folder, record, logs);
}

/** Reads a run without touching it; a run still being written may be read. */
export function read(dir: string): RunData {
  const folder = resolve(dir);
  const record = readRecord(folder, "runs.read");
  use(folder, () => record);
  return { dir: folder, record, ...readMetrics(join(folder, "metrics.jsonl"), "runs.read") };
}

function handle(dir: string, first: RunRecord, logs: readonly LogName[] = []): Run {
  const path = join(dir, "metrics.jsonl");
  let record = first;
  let file: Appender | undefined;
  let log: Log | undefined;
  let closed = false;
  const release = (): void => {
    file?.close();
    log?.close(record);
    file = log = undefined;
  };
  const run: Run = {
    dir,
    checkpoints: join(dir, "checkpoints"),
    get record() {
      return record;
    },
    append(rows) {
      if (closed) throw new Error(`run.append: invalid run: ${dir} is closed; reopen it with runs.open`);
      const lines = Array.isArray(rows) ? rows.map(lineOf).join("") : lineOf(rows as MetricRow);
      if (!file) {
        file = appender(path);
        if (logs.length > 0) log = follow({ dir, record, names: logs });
      }
      file.append(lines);
      log?.append([rows].flat());
    },
    digest: (bytes) => digestOf(path, bytes),
    truncateAfter(step) {
      if (!Number.isInteger(step)) throw new Error(`run.truncateAfter: invalid step: ${step}`);
      release();
      keepThrough(path, step, "run.truncateAfter");
    },
    update(patch) {
      const next = { ...record, ...patch };
      checkRecord(next, join(dir, "run.json"), "run.update");
      writeRecord(dir, next);
      record = next;
    },
    finish(patch = {}) {
      run.update({ status: "finished", ...patch });
      run.close();
    },
    close() {
      closed = true;
      release();
    },
  };
  use(dir, () => record);
  return run;
}
