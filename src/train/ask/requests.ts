/** What an item of a task is to a model: token ids that are scored after others, or that it goes on from. */
import { answerTokens, rollingWindows, type Scored } from "../../measure/index.js";
import type { LanguageModel } from "../../types.js";
import type { Prompt } from "./continuations.js";
import type { Prefix } from "./prefix.js";
import type { GenerationTask, LikelihoodTask } from "./types.js";

export interface RequestsOptions {
  model: Pick<LanguageModel, "tokenizer">;
  prefix: Prefix;
  /** Tokens that the model predicts at once. */
  context: number;
  /** Of the windows of whole texts, tokens before each that is scored, at least. */
  overlap: number;
}

/** `merged`: a token lies across the border of what is asked and what is answered, so that the answer was encoded alone. */
export type Requested = Scored & { merged?: boolean };

/** Of a choice: one for each, and then, where mutual information is asked for, one for each without a context. */
export async function requestsOf(task: LikelihoodTask, item: number, options: RequestsOptions): Promise<Requested[]> {
  const made = await requested(task, item, options);
  const tooLong = made.find(({ scored }) => scored.length > options.context);
  if (tooLong)
    throw new Error(
      `ask: invalid item: ${task.name} ${item} (its answer has ${tooLong.scored.length} tokens; the model predicts ${options.context} at once)`,
    );
  return made;
}

async function requested(task: LikelihoodTask, item: number, options: RequestsOptions): Promise<Requested[]> {
  const { context: length, overlap, prefix } = options;
  const { tokenizer } = options.model;
  if (task.type === "ids") return [task.items[item]!];
  if (task.type === "loglikelihood_rolling") {
    const tokens = await tokenizer.encode(task.items[item]!.text);
    return rollingWindows({ tokens, length, context: overlap, prefix: prefix.id });
  }
  const answer = async (context: string, continuation: string): Promise<Scored & { merged: boolean }> => {
    const tokens = await answerTokens({ context, continuation, tokenizer, prefix: prefix.id });
    const begins = prefix.always && tokens.context[0] !== prefix.id;
    return begins ? { ...tokens, context: [prefix.id, ...tokens.context] } : tokens;
  };
  if (task.type === "loglikelihood") return [await answer(task.items[item]!.context, task.items[item]!.continuation)];
  const { context, choices } = task.items[item]!;
  const alone = task.metrics.includes("acc_mutual_info") ? [""] : [];
  const made: Scored[] = [];
  for (const before of [context, ...alone])
    for (const choice of choices) made.push(await answer(before, task.delimiter + choice));
  return made;
}

/** What the model goes on from. */
export async function promptOf(task: GenerationTask, item: number, options: RequestsOptions): Promise<Prompt> {
  const { context, prefix, model } = options;
  const { most = Math.min(256, Math.floor(context / 2)), until, domain } = task;
  if (!(most < context))
    throw new Error(
      `ask: invalid task: ${task.name} (max_gen_toks: ${most}; below ${context}, what the model sees at once)`,
    );
  const asked = await model.tokenizer.encode(task.items[item]!.context);
  const begins = asked.length === 0 || (prefix.always && asked[0] !== prefix.id);
  return { ids: begins ? [prefix.id, ...asked] : asked, most, until, domain };
}
