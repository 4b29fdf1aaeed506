/**
 * One run from a model and its shards to a model: checks what fits what, writes down what identifies the run, and puts the
 * loop between the text and the place where the run is kept. `pretrain`, `continue` and recipes all end here.
 */
import { evalWindows, windows, type SamplerState } from "../corpus/index.js";
import { choose, type Engine } from "../engine/index.js";
import type { Mixture } from "../mixture/index.js";
import { parameterCount } from "../model/index.js";
import { rng } from "../rng.js";
import type { Evaluation, LanguageModel, OnProgress, StepRow } from "../types.js";
import { activeForgetting, type ActiveForgettingOptions } from "./active-forgetting.js";
import { type BatchesState, batchesOf } from "./batches.js";
import { evaluatorOf } from "./evaluate.js";
import { identity, sharesOf } from "./identity.js";
import { keep } from "./keep.js";
import { loop } from "./loop.js";
import { adamw, type AdamWOptions } from "./optimiser.js";
import { evaluationPoints } from "./points.js";
import type { Run } from "./run.js";
import type { Schedule } from "./schedules.js";
import { checkShards, type Shards } from "./text.js";
import { type NewRows, selectionOf, type Trainable, trainedOf } from "./trainable.js";

/** What every way of training takes. */
export interface RunOptions {
  /** Updates. */
  steps: number;
  /** Sequences per update; defaults to 16. */
  batch?: number;
  /** Tokens predicted per sequence; defaults to the model's context. */
  context?: number;
  /** Of the order of the text (and of the first weights, in `pretrain`); defaults to 1. */
  seed?: number;
  optimiser?: AdamWOptions;
  /** What is trained, e.g. "new-rows" or `{ embedding: "new", layers: [0, -1] }`; the rest is frozen. Defaults to "all". */
  trainable?: Trainable;
  /** Which rows of the tables are new, e.g. `{ from: base.tokenizer.size }`; needed where `trainable` says "new". */
  newRows?: NewRows;
  /** Draws the token embeddings anew every so many updates. Defaults to never. */
  activeForgetting?: ActiveForgettingOptions;
  /** Steps to evaluate at; defaults to 0, 1, 2, 4, 8, … and every twentieth of the run. */
  evaluateAt?: number[];
  /** Defaults to `engine.choose()`. */
  engine?: Engine;
  /** Folder to keep the run in; defaults to memory. */
  dir?: string;
  /** Goes on with a run begun in `dir`, to the same bytes as if it had never stopped; defaults to false. */
  resume?: boolean;
  /** Updates between checkpoints, where there is a folder; defaults to a tenth of `steps`. */
  checkpointEvery?: number;
  /** What tables and legends call the run. */
  name?: string;
  /** Columns that tables over many runs get. */
  labels?: Record<string, string | number | boolean>;
  /** Ends the run at the next step; the model is kept. */
  signal?: AbortSignal;
  onProgress?: OnProgress;
  onStep?: (row: StepRow) => void;
  onEvaluation?: (row: Evaluation) => void;
}

export interface TrainOptions extends RunOptions {
  model: LanguageModel;
  /** Open; the caller closes them. */
  shards: Shards;
  mixture: Mixture;
  schedule: Schedule;
  name: string;
  notes?: Record<string, unknown>;
  /** Milliseconds to wait for another writer of `dir`. */
  patience?: number;
  /** For a folder of the cache: what is damaged there and cannot be gone on from is made anew; defaults to false. */
  remake?: boolean;
}

export async function train(options: TrainOptions): Promise<Run> {
  const { model, shards, mixture, schedule, steps, name, labels, notes, dir, resume, remake, patience, signal } =
    options;
  const { seed = 1, batch = 16, context = model.config.context } = options;
  const checkpointEvery = options.checkpointEvery ?? Math.max(1, Math.ceil(steps / 10));
  for (const [field, value] of Object.entries({ steps, batch, context, checkpointEvery }))
    if (!(Number.isInteger(value) && value >= 1))
      throw new Error(`train: invalid ${field}: ${value} (a whole number from 1)`);
  const optimiser = adamw(options.optimiser);
  const evaluateAt = options.evaluateAt ?? evaluationPoints({ steps });
  for (const at of evaluateAt)
    if (!(Number.isInteger(at) && at >= 0 && at <= steps))
      throw new Error(`train: invalid evaluateAt: ${at} (a whole number from 0 to steps, ${steps})`);
  if (context > model.config.context)
    throw new Error(`train: invalid context: ${context} (the model sees at most ${model.config.context} tokens)`);
  for (const domain of mixture.domains)
    if (!shards[domain])
      throw new Error(
        `train: invalid mixture: ${domain} (there is text for ${Object.keys(shards).join(", ") || "nothing"})`,
      );
  checkShards(shards, model);

  const { config } = model;
  const written = trainedOf({ config, trainable: options.trainable, newRows: options.newRows });
  const trained = written && selectionOf(config, written);
  const forgetting =
    options.activeForgetting &&
    activeForgetting({ ...options.activeForgetting, config, optimiser, schedule, seed, trained });

  const recipe = identity({ ...options, seed, batch, context, evaluateAt });
  const engine = options.engine ?? (await choose());
  const { mode, device, reason, threads } = engine;
  const counted = parameterCount(config);
  const parameters = { total: counted.total, withoutEmbeddings: counted.withoutEmbedding };
  const beginning = { name, recipe, seed, engine: { mode, device, reason, threads }, parameters, labels, notes };
  const keeper = await keep({ beginning, dir, resume, remake, patience, signal, onProgress: options.onProgress });
  try {
    if (keeper.finished) return keeper.finished;
    const batches = batchesOf({
      mixture,
      stream: (domain, state) => streamOf(shards, domain, { context, seed, state: state as SamplerState | undefined }),
      batch,
      context,
      steps,
      state: (keeper.from?.state as { batches: BatchesState } | undefined)?.batches,
    });
    const heldOut = Object.entries(shards).flatMap(([domain, { heldOut: shard }]) =>
      shard ? [{ domain, windows: evalWindows({ shard, context }) }] : [],
    );
    const result = await loop({
      model,
      engine,
      batches,
      evaluator: evaluatorOf({ engine, config, heldOut, batch, context }),
      optimiser,
      schedule,
      trained,
      forgetting,
      steps,
      evaluateAt,
      from: keeper.from,
      onCheckpoint: keeper.checkpoint,
      checkpointEvery,
      label: name,
      signal,
      onProgress: options.onProgress,
      onStep(row) {
        keeper.add(row);
        options.onStep?.(row);
      },
      onEvaluation(row) {
        keeper.add(row);
        options.onEvaluation?.(row);
      },
    });
    return keeper.end(result.model, result.stopped, { asked: sharesOf(mixture, 0, steps), realised: batches.realised });
  } catch (error) {
    keeper.fail(error);
    throw error;
  } finally {
    keeper.release();
  }
}

function streamOf(shards: Shards, domain: string, at: { context: number; seed: number; state?: SamplerState }) {
  const shard = shards[domain]?.train;
  if (!shard) throw new Error(`train: invalid mixture: ${domain} has a share but no text to train on`);
  const { context, state } = at;
  const sampler = windows({
    shard,
    context,
    seed: rng(at.seed)
      .fork(domain)
      .int(2 ** 31),
    state,
  });
  return {
    next: () => sampler.next().tokens,
    get state() {
      return sampler.state;
    },
  };
}
