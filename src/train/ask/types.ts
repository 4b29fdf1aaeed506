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

/** What the model writes after the context, token by token the likeliest, is compared with the target, or any of several. */
export interface GenerationTask extends Named<{ context: string; target: string | readonly string[] }> {
  type: "generate_until";
  /** A text ends before the first of these, or where the model ends it. */
  until: readonly string[];
  /** Tokens, at most; defaults to 256, or half the context where that is less. */
  most?: number | undefined;
  ignore: { case?: boolean | undefined; punctuation?: boolean | undefined; numbers?: boolean | undefined };
  /** Each is a way to read the answer, of which the score is called `exact_match`, and after its name where it has one. */
  filters: readonly { name: string; steps: readonly TextFilter[] }[];
  metrics: readonly "exact_match"[];
}

/** As lm-evaluation-harness has them. */
export type TextFilter =
  | { function: "remove_whitespace" | "lowercase" | "uppercase" | "take_first" }
  | {
      function: "regex";
      regex_pattern: string;
      group_select?: number | undefined;
      fallback?: string | undefined;
    };

export type Task = LikelihoodTask | GenerationTask;
export type LikelihoodTask = ChoiceTask | ClozeTask | RollingTask | IdsTask;
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
