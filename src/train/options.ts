/** What every way of training takes, and what it comes to for one run. */
import type { Buffer, Order } from "../corpus/index.js";
import { type Engine, type Precision } from "../engine/index.js";
import type { Mixture } from "../mixture/index.js";
import type { Memory } from "../model/index.js";
import type { LogName } from "../runs/index.js";
import type { Evaluation, LanguageModel, Measurement, OnProgress, StepRow } from "../types.js";
import type { Evaluator } from "./evaluators/types.js";
import { type Snapshots } from "./run/points.js";
import type { Schedule } from "./schedules/index.js";
import type { Start } from "./run/start.js";
import { type AdamWOptions } from "./step/optimisers/adamw.js";
import type { NewRows, Trainable } from "./step/parameters/trainables.js";
import type { Objective } from "./step/objective.js";
import type { Optimiser, Parameters, Part } from "./step/types.js";
import { type Shards } from "./text.js";

/** What every way of training takes. */
export interface RunOptions {
  /** Updates; where `mixture` is a `replay` that makes a run longer, those without replay. */
  steps: number;
  /** Sequences that are trained on at once; defaults to 16. */
  batch?: number;
  /** Batches per update: the gradient of all of them in the memory of one. Defaults to 1. */
  accumulate?: number;
  /** Tokens predicted per sequence; defaults to the model's context, less the places that a prompt takes. */
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
  /** Row of `corpus.buffers`: part of every batch is replayed from what was read so far. Defaults to none. */
  buffer?: Buffer;
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
  /** Logs in `dir/logs` that other tools read, rows of `runs.logs`, e.g. `["tensorboard"]`; defaults to none. */
  logs?: readonly LogName[];
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
