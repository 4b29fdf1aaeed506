/** What the pool and its workers say to each other, as plain JSON over the process's own channel, and the pool to the sweep. */
import type { Evaluation, StepRow } from "../../types.js";

export interface Task {
  /** A checked recipe. */
  recipe: object;
  /** The folder that paths in the recipe are relative to. */
  from: string;
  /** The run's folder; a run begun there is gone on with. */
  dir: string;
  /** Engine threads where the recipe names none. */
  threads: number;
}

export type ToWorker = { kind: "run"; task: Task } | { kind: "stop" };

export type FromWorker =
  | { kind: "ready" }
  | { kind: "rows"; rows: (StepRow | Evaluation)[] }
  | { kind: "notice"; line: string }
  | { kind: "ended"; stopped: boolean }
  | { kind: "failed"; error: string; diverged: boolean };

export interface Outcome {
  status: "finished" | "failed" | "interrupted";
  error?: string;
  diverged?: true;
}

/** How runs that a process stays with are carried out, and what it is told of them, by their places among the tasks. */
export interface Attended {
  /** Runs at once. */
  processes: number;
  /** Hand out nothing more after so many failures in a row; a run that diverged says nothing of the machine and is not one. */
  patience: number;
  /** Whether an outcome may bring more tasks, so that a process without one waits for the others. */
  grows?: boolean;
  signal?: AbortSignal;
  onRows: (task: number, rows: (StepRow | Evaluation)[]) => void;
  /** A line that a run says once: what was damaged and is made anew, what a branch takes over. */
  onNotice: (task: number, line: string) => void;
  /** The process that had the task waits for it. */
  onOutcome: (task: number, outcome: Outcome) => Promise<void>;
}
