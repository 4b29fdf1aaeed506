/** Something of its own that a model is asked, at evaluations of a run or on its own: it makes its items for a tokenizer and a text. */
import type { Made } from "../../../registry.js";
import type { LanguageModel } from "../../../types.js";
import type { Shards } from "../../text.js";
import type { Answers } from "../asking.js";
import type { Task, TaskScore } from "../types.js";

export interface Probe extends Made {
  /** The same items whenever it is asked. */
  begin(at: ProbeOptions): Promise<RunningProbe> | RunningProbe;
}

export interface ProbeOptions {
  model: Pick<LanguageModel, "config" | "tokenizer">;
  /** Texts by domain; none where a model is asked without text. */
  shards: Shards;
  /** Tokens that the model predicts at once. */
  context: number;
  /** Id before a text that stands alone. */
  prefix: number;
}

export interface RunningProbe {
  /** What is asked. No two probes that are asked together have tasks of one name. */
  tasks: readonly Task[];
  /** Scores in place of those of its tasks; defaults to those. `task` in them is the probe. */
  scores?(answers: Answers): TaskScore[];
  /** One line for each thing that a reader of the scores should know; defaults to none. */
  notes?: readonly string[];
}
