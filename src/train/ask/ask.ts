/** A model asked: its scores on tasks, with standard errors, without training. */
import { choose, type Engine } from "../../engine/index.js";
import type { LanguageModel, OnProgress } from "../../types.js";
import { allOf } from "../step/step.js";
import { closeShards, encodeTexts, type Texts } from "../text.js";
import type { Answers } from "./asking.js";
import { prefixOf } from "./prefix.js";
import type { Probe } from "./probes/types.js";
import { probing } from "./probing.js";
import { readTask } from "./task.js";
import type { Task } from "./types.js";

export interface AskOptions {
  /** Each made by `readTask`, of your own, or a path of a task's YAML. */
  tasks?: readonly (Task | string)[];
  /** Rows of `train.probes`, e.g. `train.induction()`, besides tasks or instead of them. */
  probes?: readonly Probe[];
  /** Text by domain for probes that read some, of which the held-out parts are read. */
  on?: Texts;
  /** Shots of tasks that are paths; defaults to what their files say. */
  shots?: number;
  /** Items of each task that is a path, the first; defaults to all. */
  limit?: number;
  /** Id before a text that stands alone; defaults to the token that begins texts in the model's folder, else ends them. */
  prefix?: number;
  /** Of windows of whole texts, tokens before each that is scored, at least; defaults to 1, as lm-evaluation-harness has it. */
  overlap?: number;
  /** Sequences at once, at most; defaults to 16. */
  batch?: number;
  /** Tokens that the model predicts at once; defaults to the model's context. */
  context?: number;
  /** Defaults to `engine.choose()`. */
  engine?: Engine;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

export interface AskedModel extends Answers {
  /** What scores of whole texts and long prompts depend on: compare at equal ones alone. */
  context: number;
  overlap: number;
  prefix: number;
}

export async function ask(model: LanguageModel, options: AskOptions): Promise<AskedModel> {
  const { config, weights } = model;
  const { overlap = 1, batch = 16, context = config.context, signal, onProgress } = options;
  const check = (name: string, value: number, ok: boolean, wanted: string): void => {
    if (!ok) throw new Error(`ask: invalid ${name}: ${value} (${wanted})`);
  };
  if (config.encoder)
    throw new Error("ask: invalid model: an encoder (it predicts masked tokens and not the next one)");
  const { probes = [], on } = options;
  if ((options.tasks ?? []).length + probes.length === 0)
    throw new Error("ask: invalid tasks: none (one or more, or probes)");
  check("batch", batch, Number.isInteger(batch) && batch >= 1, "a whole number from 1");
  const isContext = Number.isInteger(context) && context >= 1 && context <= config.context;
  check("context", context, isContext, `1 to ${config.context}, what the model sees`);
  check("overlap", overlap, Number.isInteger(overlap) && overlap >= 1 && overlap <= context, `1 to ${context}`);
  const known = prefixOf(model);
  const prefix = options.prefix === undefined ? known : { ...known, id: options.prefix };
  const isId = Number.isInteger(prefix.id) && prefix.id >= 0 && prefix.id < config.vocabSize;
  check("prefix", prefix.id, isId, `an id from 0 to ${config.vocabSize - 1}`);
  const { shots, limit } = options;
  const tasks = (options.tasks ?? []).map((task) =>
    typeof task === "string" ? readTask(task, { shots, limit }) : task,
  );
  const engine = options.engine ?? (await choose());
  const shards = on
    ? await encodeTexts({ on, tokenizer: model.tokenizer, heldOutBytes: Infinity, signal, onProgress })
    : {};
  const at = { engine, model, leaves: allOf(config), prefix, batch, context, overlap };
  const running = await probing({ ...at, tasks, probes, shards }).finally(() => closeShards(shards));
  const state = engine.upload(weights);
  try {
    const onDone = (done: number): void => onProgress?.({ label: "ask", done, total: running.requests });
    const answers = await running.ask(state, { signal, onDone });
    return { ...answers, context, overlap, prefix: prefix.id };
  } finally {
    state.dispose();
    await running.dispose();
  }
}
