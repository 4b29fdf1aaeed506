/** What keeps a run while it is made; the two that do are in `keep.ts` and `keep-folder.ts`. */
import type { LogName, RunRecord } from "../../runs/index.js";
import type { Modules } from "./modules.js";
import type { Evaluation, LanguageModel, Measurement, OnProgress, StepRow } from "../../types.js";
import type { Checkpoint } from "./checkpoint.js";
import type { Models, Run } from "./run.js";

/** What is known of a run before its first step. */
export type Beginning = Pick<RunRecord, "name" | "recipe" | "seed" | "engine" | "parameters"> &
  Pick<Partial<RunRecord>, "labels" | "notes">;

/** What the record says at the end of how text was read. */
export type Reading = Pick<RunRecord, "shares" | "weights" | "epochs">;

export interface KeepOptions {
  beginning: Beginning;
  /** Defaults to memory only. */
  dir?: string;
  /** Goes on with a run begun in `dir`; without one there, or without this, a run begins anew. */
  resume?: boolean;
  /** For a folder of the cache: what is damaged there and cannot be gone on from is made anew. */
  remake?: boolean;
  /** Steps whose checkpoints stay, besides the two newest. */
  spare?: readonly number[];
  /** Whether a run that is finished leaves no slots; defaults to false. */
  dropOptimiser?: boolean;
  /** Logs for other tools in `dir`; defaults to none. */
  logs?: readonly LogName[];
  /** Milliseconds to wait for another writer of `dir`. */
  patience?: number;
  signal?: AbortSignal;
  /** Hears of the wait, and of what was damaged. */
  onProgress?: OnProgress;
}

export interface Keeper {
  /** The run, where it was finished already. */
  readonly finished?: Run;
  /** Where to go on from. */
  readonly from?: Checkpoint;
  add(row: StepRow | Evaluation | Measurement): void;
  /** Absent in memory. */
  readonly checkpoint?: (checkpoint: Checkpoint) => void;
  /** Keeps the model of a step as a folder of its own. Absent in memory. */
  snapshot?(step: number, model: LanguageModel, modules: Modules | undefined): void;
  /** Writes the models and the record, and gives the run. */
  end(models: Models, stopped: boolean, reading: Reading): Run;
  /** Notes the error, as far as the disk still lets it. */
  fail(error: unknown): void;
  /** Lets others write to the folder. */
  release(): void;
}
