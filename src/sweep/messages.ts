/** What the pool and its workers say to each other: plain JSON over the process's own channel. */
import type { Evaluation, StepRow } from "../types.js";

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
