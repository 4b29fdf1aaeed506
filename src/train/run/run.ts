/** What training gives back: the model, and everything that happened on the way to it. Plain data. */
import type { RunRecord } from "../../runs/index.js";
import type { Evaluation, LanguageModel, Measurement, StepRow } from "../../types.js";
import type { Modules } from "./modules.js";

/** What was trained. */
export interface Models {
  /** The model as it was after the last update done. */
  model: LanguageModel;
  /** Averages that parts kept, as models by the part's name. */
  averages?: Readonly<Record<string, LanguageModel>>;
  /** What was trained beside the model and is no part of it; `evaluate` and `continue` take it as `parameters`. */
  modules?: Modules;
}

export interface Run extends Models {
  record: RunRecord;
  /** One row per update. */
  steps: StepRow[];
  /** One row per domain and evaluation point, step 0 included. */
  evaluations: Evaluation[];
  /** What else was measured, one row per number. */
  measurements: Measurement[];
  /** Whether a signal ended the run before its last update; the model is kept and a run with a folder can be resumed. */
  stopped: boolean;
  /** The run's folder, where it has one. */
  dir?: string;
}
