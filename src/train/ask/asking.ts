/**
 * Tasks as an evaluation asks them: what they need is encoded once, then asked of the weights in a state as often as wanted.
 * A run's evaluations can hold it as a model folder does (`ask.ts`).
 */
import type { Engine, State } from "../../engine/index.js";
import { answerTokens, rollingWindows, type Scored } from "../../measure/index.js";
import type { LanguageModel } from "../../types.js";
import type { Leaves } from "../step/types.js";
import { continuations, type Prompt } from "./continuations.js";
import { type Likelihood, likelihoods, type Request } from "./likelihoods.js";
import type { Prefix } from "./prefix.js";
import { type Answer, type ItemScores, scoresOf, textScoresOf } from "./scores.js";
import type { GenerationTask, LikelihoodTask, Task, TaskScore } from "./types.js";

export interface AskingOptions {
  engine: Engine;
  model: Pick<LanguageModel, "config" | "tokenizer">;
  leaves: Leaves;
  tasks: readonly Task[];
  prefix: Prefix;
  /** Sequences at once. */
  batch: number;
  /** Tokens that the model predicts at once. */
  context: number;
  /** Of the windows of whole texts, tokens before each that is scored, at least. */
  overlap: number;
}

export interface Asking {
  ask(state: State, options?: { signal?: AbortSignal | undefined; onDone?: (done: number) => void }): Promise<Answers>;
  /** How many requests that is. */
  readonly requests: number;
  dispose(): Promise<void>;
}

export interface Answers {
  scores: TaskScore[];
  /** By task, what each item got. */
  items: Record<string, ItemScores[]>;
  /** One line for each thing that a reader of the scores should know. */
  notes: string[];
}

export async function asking(options: AskingOptions): Promise<Asking> {
  const { tasks, engine, model, leaves, batch, context } = options;
  const again = tasks.find(({ name }, i) => tasks.findIndex((other) => other.name === name) !== i);
  if (again) throw new Error(`ask: invalid tasks: ${again.name} is given twice`);
  const requests: (Request & { merged?: boolean })[] = [];
  const prompts: Prompt[] = [];
  /** By task and item, the numbers of its requests, or of its prompt. */
  const places: number[][][] = [];
  for (const task of tasks) {
    const own: number[][] = [];
    places.push(own);
    if (task.type === "generate_until") {
      for (let i = 0; i < task.items.length; i++) {
        own.push([prompts.length]);
        prompts.push(await promptOf(task, i, options));
      }
      continue;
    }
    for (let i = 0; i < task.items.length; i++) {
      const made = await requestsOf(task, i, options);
      const tooLong = made.find(({ scored }) => scored.length > context);
      if (tooLong)
        throw new Error(
          `ask: invalid item: ${task.name} ${i} (its answer has ${tooLong.scored.length} tokens; the model predicts ${context} at once)`,
        );
      own.push(made.map((_, k) => requests.length + k));
      requests.push(...made.map((each) => ({ ...each, domain: task.domain })));
    }
  }
  const running = likelihoods({ engine, config: model.config, leaves, batch, context });
  const writing = continuations({ engine, model, leaves, batch, context });
  return {
    requests: requests.length + prompts.length,
    async ask(state, { signal, onDone } = {}) {
      const found = await running.score(state, requests, { signal, ...(onDone && { onDone }) });
      const onWritten = (done: number): void => onDone?.(requests.length + done);
      const written = await writing.continue(state, prompts, { signal, onDone: onWritten });
      const answers: Answers = { scores: [], items: {}, notes: [] };
      tasks.forEach((task, t) => {
        const { scores, items, notes } =
          task.type === "generate_until"
            ? textScoresOf(
                task,
                places[t]!.map(([id]) => written[id!]!),
              )
            : scoresOf(
                task,
                places[t]!.map((ids): Answer[] => ids.map((id) => found[id]!)),
              );
        answers.scores.push(...scores);
        answers.items[task.name] = items;
        answers.notes.push(...notes);
        if (task.type === "generate_until") {
          const cut = places[t]!.filter(([id]) => prompts[id!]!.ids.length > context - prompts[id!]!.most).length;
          answers.notes.push(...cutNote(task.name, cut, task.items.length));
        } else answers.notes.push(...notesOf(task.name, places[t]!.flat(), requests, found));
      });
      return answers;
    },
    async dispose() {
      await running.dispose();
      await writing.dispose();
    },
  };
}

/** Of a choice: one for each, and then, where mutual information is asked for, one for each without a context. */
async function requestsOf(
  task: LikelihoodTask,
  item: number,
  options: AskingOptions,
): Promise<(Scored & { merged?: boolean })[]> {
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
async function promptOf(task: GenerationTask, item: number, options: AskingOptions): Promise<Prompt> {
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

const cutNote = (task: string, cut: number, of: number): string[] =>
  cut > 0 ? [`${task}: ${cut} of ${of} prompts lost their beginning, longer than the model's context`] : [];

function notesOf(
  task: string,
  ids: readonly number[],
  requests: readonly { merged?: boolean }[],
  found: readonly Likelihood[],
): string[] {
  const cut = ids.filter((id) => found[id]!.cut > 0).length;
  const merged = ids.filter((id) => requests[id]!.merged).length;
  return [
    ...cutNote(task, cut, ids.length),
    ...(merged > 0
      ? [`${task}: ${merged} of ${ids.length} answers were encoded alone, a token lies across their border`]
      : []),
  ];
}
