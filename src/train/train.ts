/**
 * One run from a model and its shards to a model: fills in what was not asked for, checks what fits what, and writes down
 * what identifies the run. `pretrain`, `continue` and recipes all end here; `carry-out.ts` does what was decided.
 */
import { type Order, shuffled } from "../corpus/index.js";
import { type Engine, type Precision, precisions } from "../engine/index.js";
import type { Mixture } from "../mixture/index.js";
import type { Memory } from "../model/index.js";
import type { Json } from "../registry.js";
import { rng } from "../rng.js";
import type { Evaluation, LanguageModel, Measurement, OnProgress, StepRow } from "../types.js";
import { type BatchesState, batchesOf } from "./run/batches.js";
import { carryOut } from "./run/carry-out.js";
import { bitsPerByte } from "./evaluators/bits-per-byte.js";
import type { Evaluator } from "./evaluators/types.js";
import { identity, startOf } from "./run/identity.js";
import { evaluationPoints, snapshotPoints, type Snapshots } from "./run/points.js";
import type { Run } from "./run/run.js";
import type { Schedule } from "./schedules/index.js";
import { signalsOf } from "./signals/registry.js";
import type { Start } from "./run/start.js";
import { adamw, type AdamWOptions } from "./step/adamw.js";
import { causal } from "./step/causal.js";
import { type NewRows, selection, type Trainable } from "./step/trainable.js";
import { lossScaled } from "./step/loss-scale.js";
import type { Objective } from "./step/objective.js";
import type { Optimiser, Parameters, Part } from "./step/types.js";
import { checkShards, type Shards } from "./text.js";

/** What every way of training takes. */
export interface RunOptions {
  /** Updates. */
  steps: number;
  /** Sequences that are trained on at once; defaults to 16. */
  batch?: number;
  /** Batches per update: the gradient of all of them in the memory of one. Defaults to 1. */
  accumulate?: number;
  /** Tokens predicted per sequence; defaults to the model's context. */
  context?: number;
  /** Of the order of the text (and of the first weights, in `pretrain`); defaults to 1. */
  seed?: number;
  /** Row of `train.objectives`; defaults to `causal()`, the next token everywhere. */
  objective?: Objective;
  /** Row of `train.optimisers`, or AdamW's fields that differ from its defaults. */
  optimiser?: Optimiser | AdamWOptions;
  /** What is trained, e.g. "new-rows" or `{ embedding: "new", layers: [0, -1] }`; the rest is frozen. Defaults to "all". */
  trainable?: Trainable;
  /** Which rows of the tables are new, e.g. `{ from: base.tokenizer.size }`; needed where `trainable` says "new". */
  newRows?: NewRows;
  /** Row of `train.parameters` instead of `trainable`, e.g. `train.lora({ rank: 8 })`. */
  parameters?: Parameters;
  /** Rows of `train.parts`, in the order in which they act; defaults to none. */
  parts?: readonly Part[];
  /**
   * What a step keeps for its backward pass: "keep" is all that it wants; "layers" is the input of each layer, of which the
   * rest is made again, and logits in blocks: much less memory for long or many sequences, for the time of another forward
   * pass. To rounding the same run. Defaults to "keep".
   */
  memory?: Memory;
  /**
   * What products of matrices are made in, on devices that have them in 16 bits: "float16" with loss scaling (webgpu, cuda),
   * "bfloat16" (cuda). Weights, moments, norms and losses stay float32. Defaults to "float32".
   */
  precision?: Precision;
  /** Row of `corpus.orders`, for all domains or by domain; defaults to `shuffled()`. */
  order?: Order | Record<string, Order>;
  /** Steps to evaluate at; defaults to 0, 1, 2, 4, 8, … and every twentieth of the run. */
  evaluateAt?: number[];
  /** Rows of `train.evaluators` besides the objective's own, which is bits per byte as a rule; defaults to none. */
  evaluators?: readonly Evaluator[];
  /** Defaults to `engine.choose()`. */
  engine?: Engine;
  /** Folder to keep the run in; defaults to memory. */
  dir?: string;
  /** Goes on with a run begun in `dir`, to the same bytes as if it had never stopped; defaults to false. */
  resume?: boolean;
  /** Updates between checkpoints, where there is a folder; defaults to a tenth of `steps`. */
  checkpointEvery?: number;
  /**
   * Leaves the slots of the optimiser and the parts out of the last checkpoint, which then stays alone, besides those of
   * snapshots: of AdamW two thirds of its size. A branch from the run's end must begin them anew. Defaults to false.
   */
  dropOptimiser?: boolean;
  /** Steps to keep as model folders in `dir/snapshots`, with their checkpoints, e.g. `{ every: 100 }`; defaults to none. */
  snapshots?: Snapshots;
  /** What tables and legends call the run. */
  name?: string;
  /** Columns that tables over many runs get. */
  labels?: Record<string, string | number | boolean>;
  /** Ends the run at the next step; the model is kept. */
  signal?: AbortSignal;
  onProgress?: OnProgress;
  onStep?: (row: StepRow) => void;
  onEvaluation?: (row: Evaluation) => void;
  onMeasurement?: (row: Measurement) => void;
}

export interface TrainOptions extends RunOptions {
  model: LanguageModel;
  /** Whether the run may use up the model, as nobody else has it; defaults to false. */
  consume?: boolean;
  /** Open; the caller closes them. */
  shards: Shards;
  mixture: Mixture;
  schedule: Schedule;
  name: string;
  notes?: Record<string, unknown>;
  /** What a branch takes over besides the weights. */
  start?: Start;
  /** Milliseconds to wait for another writer of `dir`. */
  patience?: number;
  /** For a folder of the cache: what is damaged there and cannot be gone on from is made anew; defaults to false. */
  remake?: boolean;
}

export async function train(options: TrainOptions): Promise<Run> {
  const { model, shards, mixture, schedule, steps } = options;
  wholeFrom1({ steps });
  const composed = composedOf(options);
  const { objective, optimiser, orders, seed, batch, accumulate, context } = composed;
  const checkpointEvery = options.checkpointEvery ?? Math.max(1, Math.ceil(steps / 10));
  check(options, { ...composed, checkpointEvery });
  const { config } = model;
  const draws = rng(seed).fork(objective.name);
  const leaves = composed.parameters.of({ config, seed });
  const parts = composed.parts.map((part) =>
    part.begin({ config, weights: model.weights, leaves, optimiser, schedule, seed }),
  );

  const { recipe, unknown } = identity({ ...options, ...composed });
  const silent = options.resume && unknown.find((thing) => Object.keys(thing.options).length === 0);
  if (silent)
    throw new Error(
      `train: invalid resume: ${silent.name} does not say what it does (give it options that do, or begin anew)`,
    );
  return carryOut({
    ...options,
    ...composed,
    optimiser: composed.precision === "float16" ? lossScaled({ of: optimiser }) : optimiser,
    leaves,
    parts,
    recipe,
    slots: options.start?.slots,
    updates: options.start?.updates,
    checkpointEvery,
    snapshotAt: snapshotPoints({ steps, ...options.snapshots }),
    batches: (state) =>
      batchesOf({
        mixture,
        stream: (domain, from) => {
          const shard = shards[domain]?.train;
          if (!shard) throw new Error(`train: invalid mixture: ${domain} has a share but no text to train on`);
          const own = rng(seed)
            .fork(domain)
            .int(2 ** 31);
          const order = orders[domain] ?? shuffled();
          return order.open({ shard, context, seed: own, steps, tokenizer: model.tokenizer, state: from as Json });
        },
        ...startOf({ ...options, ...composed }),
        batch,
        accumulate,
        context,
        feeds:
          objective.feeds &&
          ((drawn, step, i) =>
            objective.feeds!({
              drawn,
              context,
              tokenizer: model.tokenizer,
              rng: draws.fork(`${step}.${i}`),
              progress: step / steps,
            })),
        state: (state as BatchesState | undefined) ?? options.start?.batches,
      }),
    evaluators: (engine) =>
      [objective.evaluator?.() ?? bitsPerByte(), ...(options.evaluators ?? [])].map((evaluator) =>
        evaluator.begin({ engine, model, leaves, shards, batch, context }),
      ),
    signals: (engine) => signalsOf({ mixture, engine, model, leaves, shards, batch, context, seed }),
  });
}

type Composed = ReturnType<typeof composedOf>;

/** Everything that decides the bytes, defaults filled in. */
export function composedOf(options: Omit<TrainOptions, "name">) {
  const { model, shards, mixture, seed = 1, batch = 16, context = model.config.context, steps } = options;
  const { order, optimiser, trainable, newRows } = options;
  if (options.parameters && trainable)
    throw new Error("train: invalid parameters: not together with trainable (give one of the two)");
  return {
    seed,
    batch,
    accumulate: options.accumulate ?? 1,
    memory: options.memory ?? "keep",
    precision: options.precision ?? "float32",
    context,
    evaluateAt: withWanted(options.evaluateAt ?? evaluationPoints({ steps }), mixture, steps),
    objective: options.objective ?? causal(),
    optimiser: isOptimiser(optimiser) ? optimiser : adamw(optimiser),
    parameters: options.parameters ?? selection({ trainable, newRows }),
    parts: options.parts ?? [],
    orders: isOrder(order) ? Object.fromEntries(Object.keys(shards).map((domain) => [domain, order])) : (order ?? {}),
  };
}

/** The steps to evaluate at, those that the mixture wants among them. */
function withWanted(points: readonly number[], { wants = [] }: Mixture, steps: number): readonly number[] {
  const every = wants.flatMap((want) => (want.signal === "evaluations" ? [want.every] : []));
  const wanted = every.flatMap((n) => Array.from({ length: Math.floor(steps / n) + 1 }, (_, i) => i * n));
  return wanted.length === 0 ? points : [...new Set([...points, ...wanted])].sort((a, b) => a - b);
}

export const isOptimiser = (given: RunOptions["optimiser"]): given is Optimiser =>
  given !== undefined && "update" in given;
export const isOrder = (given: RunOptions["order"]): given is Order => typeof given?.open === "function";

function check(
  { model, shards, mixture, steps, snapshots, dir }: TrainOptions,
  {
    objective,
    batch,
    accumulate,
    memory,
    precision,
    context,
    checkpointEvery,
    evaluateAt,
    orders,
  }: Composed & { checkpointEvery: number },
): void {
  wholeFrom1({ batch, accumulate, context, checkpointEvery });
  objective.check?.(model);
  if (model.config.encoder && (mixture.wants ?? []).length > 0)
    throw new Error(
      `train: invalid mixture: ${mixture.name} (it is told losses of next tokens, which an encoder has none of)`,
    );
  if (memory !== "keep" && memory !== "layers")
    throw new Error(`train: invalid memory: ${String(memory)} (keep or layers)`);
  if (!precisions.includes(precision))
    throw new Error(`train: invalid precision: ${String(precision)} (one of ${precisions.join(", ")})`);
  for (const at of evaluateAt)
    if (!(Number.isInteger(at) && at >= 0 && at <= steps))
      throw new Error(`train: invalid evaluateAt: ${at} (a whole number from 0 to steps, ${steps})`);
  if (context > model.config.context)
    throw new Error(`train: invalid context: ${context} (the model sees at most ${model.config.context} tokens)`);
  const known = `there is text for ${Object.keys(shards).join(", ") || "nothing"}`;
  for (const domain of mixture.domains)
    if (!shards[domain]) throw new Error(`train: invalid mixture: ${domain} (${known})`);
  for (const domain of Object.keys(orders))
    if (!shards[domain]) throw new Error(`train: invalid order: ${domain} (${known})`);
  checkShards(shards, model);
  if (snapshots && dir === undefined)
    throw new Error("train: invalid snapshots: there is no folder to keep them in (give dir)");
}

function wholeFrom1(fields: Record<string, number>): void {
  for (const [field, value] of Object.entries(fields))
    if (!(Number.isInteger(value) && value >= 1))
      throw new Error(`train: invalid ${field}: ${value} (a whole number from 1)`);
}
