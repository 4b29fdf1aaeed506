/** Texts as windows that a model reads once to be looked into: an id before each, padding after it, some at a time. Not training. */
import { choose, type Engine, type StepFunction, type Specs } from "../../engine/index.js";
import type { LanguageModel, OnProgress } from "../../types.js";
import { allOf, specsOf } from "../step/step.js";

export interface ReadingOptions {
  /** Each is read on its own from its start, and as far as the model's context reaches. */
  texts: readonly string[];
  /** Ids before each text, which are read and not counted; defaults to the end of a document, after which training texts begin. */
  before?: readonly number[];
  /** Texts at once; defaults to 16. */
  batch?: number;
  /** Defaults to `engine.choose()`. */
  engine?: Engine;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

export interface Windows {
  /** Of each text, those of its own ids that are read. */
  ids: number[][];
  before: readonly number[];
  /** Tokens of each window, `before` included: as many as the longest has. */
  time: number;
  /** How many texts were longer than the context. */
  cut: number;
}

export async function windowsOf(caller: string, model: LanguageModel, options: ReadingOptions): Promise<Windows> {
  const { config, tokenizer } = model;
  const { texts, before = [tokenizer.endOfText], batch = 16 } = options;
  // Padding is after a text, where only models that read onwards do not see it.
  if (config.encoder) throw new Error(`${caller}: invalid model: an encoder (every token sees the padding)`);
  if (texts.length === 0) throw new Error(`${caller}: invalid texts: none`);
  if (!(Number.isInteger(batch) && batch >= 1)) throw new Error(`${caller}: invalid batch: ${batch} (from 1)`);
  const room = config.context - before.length;
  if (!(room >= 1))
    throw new Error(`${caller}: invalid before: ${before.length} ids (the context is ${config.context})`);
  const all = await tokenizer.encodeBatch([...texts]);
  const empty = all.findIndex(({ length }) => length === 0);
  if (empty >= 0) throw new Error(`${caller}: invalid texts: number ${empty} has no tokens`);
  const ids = all.map((own) => own.slice(0, room));
  for (const id of [...before, ...ids.flat()])
    if (!(Number.isInteger(id) && id >= 0 && id < config.vocabSize))
      throw new Error(`${caller}: invalid id: ${id} (the model has ${config.vocabSize} rows)`);
  const longest = ids.reduce((most, { length }) => Math.max(most, length), 0);
  return { ids, before, time: before.length + longest, cut: all.filter(({ length }) => length > room).length };
}

export interface EachBatchOptions {
  label: string;
  model: LanguageModel;
  windows: Windows;
  batch: number;
  step: StepFunction;
  /** What is fed beside `tokens`, and what it is for the texts from number `from`, `count` of them. */
  inputs: Specs;
  feed(from: number, count: number): Record<string, Float32Array | Int32Array>;
  take(outputs: Record<string, Float32Array>, from: number, count: number): void;
}

/** Runs the step over all windows, `batch` at a time; of the last batch the rows without a text mean nothing. */
export async function eachBatch(
  options: EachBatchOptions,
  { engine, signal, onProgress }: Omit<ReadingOptions, "texts">,
): Promise<void> {
  const { label, model, windows, batch, step, inputs, feed, take } = options;
  const { ids, before, time } = windows;
  const on = engine ?? (await choose());
  const program = await on.compile(step, {
    state: specsOf(allOf(model.config).leaves),
    inputs: { tokens: { shape: [batch, time], dtype: "int32" }, ...inputs },
  });
  const state = on.upload(model.weights);
  try {
    for (let from = 0; from < ids.length; from += batch) {
      signal?.throwIfAborted();
      const count = Math.min(batch, ids.length - from);
      const tokens = new Int32Array(batch * time).fill(model.tokenizer.endOfText);
      for (let i = 0; i < count; i++) tokens.set([...before, ...ids[from + i]!], i * time);
      take(await program.run(state, { tokens, ...feed(from, count) }), from, count);
      onProgress?.({ label, done: from + count, total: ids.length });
    }
  } finally {
    state.dispose();
    await program.dispose();
  }
}

/** Numbers of layers, 0 being the embeddings, in order; defaults to all. */
export function layersAsked(caller: string, model: LanguageModel, asked?: readonly number[]): number[] {
  const { layers } = model.config;
  const known = Array.from({ length: layers + 1 }, (_, layer) => layer);
  const wrong = asked?.find((layer) => !known.includes(layer));
  if (wrong !== undefined || asked?.length === 0)
    throw new Error(`${caller}: invalid layers: ${wrong ?? "none"} (0, the embeddings, to ${layers}, the last)`);
  return asked ? known.filter((layer) => asked.includes(layer)) : known;
}
