/** What a sweep is asked, and what it answers. */
import type { RunData } from "../runs/index.js";
import type { Recipe } from "../train/index.js";
import type { Evaluation, OnProgress, StepRow } from "../types.js";
import type { SweepFile } from "./grid.js";
import type { SweepRow } from "./ledger.js";
import type { Profile } from "./profile.js";

export interface SweepOptions {
  /** One run each. Two equal recipes are one run, whatever they are called. */
  jobs: Recipe[];
  /** The sweep's folder: `sweep.jsonl`, and the runs below `runs/`. It holds one sweep; a second call waits for the first. */
  dir: string;
  /** The folder that paths in recipes are relative to. Defaults to the working directory. */
  from?: string;
  /** Row of `executors`. Defaults to "local". */
  executor?: string;
  /** What a run may have, for executors that ask a cluster for it. */
  profile?: Profile;
  /**
   * Runs at once, each with one engine thread unless a recipe says otherwise. Defaults to the number of cores, or to as many as
   * the memory that is free carries, which is then said with the numbers.
   */
  processes?: number;
  /** Bytes of memory that are free. Defaults to what the system says, limits of a container included. */
  memory?: number;
  /** Failures in a row after which nothing more is begun; a run that diverged is not counted. Defaults to 3. */
  patience?: number;
  /**
   * Whether runs that failed, diverged or were interrupted before are tried again, and a sweep that was cancelled is gone on with;
   * defaults to true.
   */
  again?: boolean;
  /** The sweep's file that the jobs came from, for whoever goes on from the folder alone. */
  file?: SweepFile;
  signal?: AbortSignal;
  /** Updates done over all runs. */
  onProgress?: OnProgress;
  /** Rows of the job with this number, in batches a few times a second. */
  onRows?: (job: number, rows: (StepRow | Evaluation)[]) => void;
  /** Every row that is written to `sweep.jsonl`. */
  onRow?: (row: SweepRow) => void;
  /**
   * Told of a run that was stopped where its recipe says: jobs, by their numbers, that go on at once, and to where. Only with an
   * executor that attends its runs.
   */
  onStop?: (job: number, run: RunData) => Promise<{ job: number; stopAt?: number }[]>;
  /** What is made again, and why, and what runs say of themselves; one line each. */
  onNote?: (note: string) => void;
}

export interface SweepResult {
  dir: string;
  /** One per job and in their order; a job that was not begun has none. */
  rows: (SweepRow | undefined)[];
  /** The finished runs, in the order of their jobs; read when they are first asked for, as are those that follow. */
  readonly runs: RunData[];
  /** One per job and in their order: the run where it is finished, or stopped where its recipe says. */
  readonly reached: (RunData | undefined)[];
  /** Whether some job is not there. */
  stopped: boolean;
  /** What is not as it was when the folder was last swept, and what runs said of themselves. */
  notes: string[];
}
