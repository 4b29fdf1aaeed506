/**
 * Tasks as an evaluation asks them: what they need is encoded once, then asked of the weights in a state as often as wanted.
 * A run's evaluations can hold it as a model folder does (`ask.ts`).
 */
import type { Engine, State } from "../../engine/index.js";
import type { LanguageModel } from "../../types.js";
import type { Leaves } from "../step/types.js";
import { continuations, type Prompt } from "./continuations.js";
import { type Likelihood, likelihoods, type Request } from "./likelihoods.js";
import type { Prefix } from "./prefix.js";
import { type ItemScores, scoresOf, textScoresOf } from "./scores.js";
import { promptOf, type Requested, requestsOf } from "./requests.js";
import type { Task, TaskScore } from "./types.js";

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
  const requests: (Request & Requested)[] = [];
  const prompts: Prompt[] = [];
  /** By task and item, the numbers of its requests, or of its prompt. */
  const places: number[][][] = [];
  for (const task of tasks) {
    const own: number[][] = [];
    for (let i = 0; i < task.items.length; i++)
      if (task.type === "generate_until") own.push([prompts.push(await promptOf(task, i, options)) - 1]);
      else {
        const made = await requestsOf(task, i, options);
        own.push(made.map((each) => requests.push({ ...each, domain: task.domain }) - 1));
      }
    places.push(own);
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
        const own = places[t]!;
        const { scores, items, notes } =
          task.type === "generate_until" ? textScoresOf(task, onlyOf(own, written)) : scoresOf(task, allOf(own, found));
        const said =
          task.type === "generate_until"
            ? [
                cutNote(
                  task.name,
                  onlyOf(own, prompts).map(({ ids, most }) => ids.length > context - most),
                ),
              ]
            : likelihoodNotes(task.name, allOf(own, requests).flat(), allOf(own, found).flat());
        answers.scores.push(...scores);
        answers.items[task.name] = items;
        answers.notes.push(...notes, ...said.flat());
      });
      return answers;
    },
    async dispose() {
      await running.dispose();
      await writing.dispose();
    },
  };
}

/** Of each item all that is its own, and the one where it has one. */
const allOf = <T>(own: readonly number[][], all: readonly T[]): T[][] => own.map((ids) => ids.map((id) => all[id]!));
const onlyOf = <T>(own: readonly number[][], all: readonly T[]): T[] => own.map(([id]) => all[id!]!);

function cutNote(task: string, cut: readonly boolean[]): string[] {
  const count = cut.filter(Boolean).length;
  return count > 0
    ? [`${task}: ${count} of ${cut.length} prompts lost their beginning, longer than the model's context`]
    : [];
}

function likelihoodNotes(task: string, requests: readonly Requested[], found: readonly Likelihood[]): string[] {
  const merged = requests.filter((request) => request.merged).length;
  return [
    ...cutNote(
      task,
      found.map(({ cut }) => cut > 0),
    ),
    ...(merged > 0
      ? [`${task}: ${merged} of ${requests.length} answers were encoded alone, a token lies across their border`]
      : []),
  ];
}
