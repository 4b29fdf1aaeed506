/** What a model is asked: plain data, which a file of a task gives (`task.ts`) or anything else that makes items. */
import type { ChoiceMetric } from "../../measure/index.js";

/** Which of the choices goes on from the context. */
export interface ChoiceTask {
  name: string;
  type: "multiple_choice";
  /** Between context and choice. */
  delimiter: string;
  items: readonly { context: string; choices: readonly string[]; gold: number }[];
  metrics: readonly ChoiceMetric[];
}

/** Whether the continuation is the likeliest, token by token, and how likely it is. */
export interface ClozeTask {
  name: string;
  type: "loglikelihood";
  items: readonly { context: string; continuation: string }[];
  metrics: readonly ClozeMetric[];
}

/** Whole texts, each alone. */
export interface RollingTask {
  name: string;
  type: "loglikelihood_rolling";
  items: readonly { text: string }[];
  metrics: readonly RollingMetric[];
}

export type Task = ChoiceTask | ClozeTask | RollingTask;
export type ClozeMetric = "acc" | "perplexity";
export type RollingMetric = "bits_per_byte" | "byte_perplexity" | "word_perplexity";

/** One score of a task, over its items. */
export interface TaskScore {
  task: string;
  metric: string;
  value: number;
  /** Standard error; NaN of one item. */
  error: number;
  items: number;
}
