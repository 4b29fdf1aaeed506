/** What a model is asked: plain data, which a file of a task gives (`task.ts`) or anything else that makes items. */
import type { ChoiceMetric, Scored } from "../../measure/index.js";

interface Named<Item> {
  name: string;
  /** Whose modules it is read through, where a model has some by domain; its rows carry it. */
  domain?: string;
  items: readonly (Item & Grouped)[];
}

/** Items of one group are scored once more among themselves by the first metric, as `<metric>.<group>`. */
interface Grouped {
  group?: string | undefined;
}

/** Which of the choices goes on from the context. */
export interface ChoiceTask extends Named<{ context: string; choices: readonly string[]; gold: number }> {
  type: "multiple_choice";
  /** Between context and choice. */
  delimiter: string;
  metrics: readonly (ChoiceMetric | "greedy")[];
}

/** Whether the continuation is the likeliest, token by token, and how likely it is. */
export interface ClozeTask extends Named<{ context: string; continuation: string }> {
  type: "loglikelihood";
  metrics: readonly ClozeMetric[];
}

/** Whole texts, each alone. */
export interface RollingTask extends Named<{ text: string }> {
  type: "loglikelihood_rolling";
  metrics: readonly RollingMetric[];
}

/** Token ids as they are, which need not be the tokens of any text: nats of a scored one, the mean over items of their means. */
export interface IdsTask extends Named<Scored> {
  type: "ids";
  metrics: readonly "loss"[];
}

export type Task = ChoiceTask | ClozeTask | RollingTask | IdsTask;
export type ClozeMetric = "acc" | "perplexity";
export type RollingMetric = "bits_per_byte" | "byte_perplexity" | "word_perplexity";

/** One score of a task, over its items. */
export interface TaskScore {
  task: string;
  metric: string;
  /** Where it is of one domain. */
  domain?: string;
  value: number;
  /** Standard error; NaN of one item. */
  error: number;
  items: number;
}
