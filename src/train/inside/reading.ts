/** Texts as windows that a model reads once to be looked into: an id before each, padding after it, some at a time. Not training. */
import { choose, type Engine, type Program, type Specs, type State, type StepFunction } from "../../engine/index.js";
import type { LanguageModel, OnProgress, Weights } from "../../types.js";
import { domainFeeds, domainInputs } from "../step/domains.js";
import { allOf, stateOf } from "../step/step.js";
import type { Leaves } from "../step/types.js";

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
  ids: ArrayLike<number>[];
  /** What all texts are of, where that is known. */
  domain?: string;
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

/** One way of reading windows, some at a time, and what it comes to. */
export interface Reading<Result> {
  /** For who watches. */
  label: string;
  /** Windows at once. */
  batch: number;
  /** Of the model's parameters and what is fed. */
  step: StepFunction;
  /** What is fed beside `tokens`, and what it is for the windows from number `from`, `count` of them. */
  inputs: Specs;
  feed(from: number, count: number): Record<string, Float32Array | Int32Array>;
  /** Of the last batch the rows without a window mean nothing. */
  take(outputs: Record<string, Float32Array>, from: number, count: number): void;
  /** Of all that was taken. */
  result(): Result;
}

type Watching = Pick<ReadingOptions, "signal" | "onProgress">;

/** A program for readings of one kind and the same windows; whoever compiles it disposes it. */
export async function compileReading(
  engine: Engine,
  { config }: LanguageModel,
  windows: Windows,
  { batch, step, inputs }: Reading<unknown>,
  leaves: Leaves = allOf(config),
): Promise<Program> {
  return engine.compile((state, fed) => step(leaves.weights?.(state, fed) ?? state, fed), {
    state: stateOf(config, leaves),
    inputs: { tokens: { shape: [batch, windows.time], dtype: "int32" }, ...inputs, ...domainInputs(leaves, batch) },
  });
}

export interface RunReadingOptions<Result> extends Watching {
  program: Program;
  state: State;
  windows: Windows;
  /** Begun anew for each time. */
  reading: Reading<Result>;
  /** The id that fills a window up. */
  padding: number;
  /** Where leaves ask which domain a window is of. */
  leaves?: Pick<Leaves, "domains">;
}

export async function runReading<Result>(options: RunReadingOptions<Result>): Promise<Result> {
  const { program, state, windows, reading, padding, leaves = {}, signal, onProgress } = options;
  const { ids, before, time, domain = "" } = windows;
  const { label, batch, feed, take } = reading;
  const own = domainFeeds(leaves, Array<string>(batch).fill(domain));
  for (let from = 0; from < ids.length; from += batch) {
    signal?.throwIfAborted();
    const count = Math.min(batch, ids.length - from);
    const tokens = new Int32Array(batch * time).fill(padding);
    for (let i = 0; i < count; i++) {
      tokens.set(before, i * time);
      tokens.set(ids[from + i]!, i * time + before.length);
    }
    take(await program.run(state, { tokens, ...feed(from, count), ...own }), from, count);
    onProgress?.({ label, done: from + count, total: ids.length });
  }
  return reading.result();
}

/** Compiled, read once, and disposed. What is `beside` the weights is among the step's parameters. */
export async function readOnce<Result>(
  model: LanguageModel,
  windows: Windows,
  reading: Reading<Result>,
  { engine, beside = {}, ...watching }: Watching & Pick<ReadingOptions, "engine"> & { beside?: Weights | undefined },
): Promise<Result> {
  const on = engine ?? (await choose());
  const program = await compileReading(on, model, windows, reading, { ...allOf(model.config), added: beside });
  const state = on.upload({ ...model.weights, ...beside });
  try {
    return await runReading({ program, state, windows, reading, padding: model.tokenizer.endOfText, ...watching });
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
