/** What is fed, and what is minimised: one row of `objectives/registry.ts`. */
import type * as tf from "@tensorflow/tfjs";
import type { Engine, Specs, State, Tensors } from "../../engine/index.js";
import type { Memory } from "../../model/index.js";
import { type Made, made, type Written } from "../../registry.js";
import type { Rng } from "../../rng.js";
import type { LanguageModel, ModelConfig, OnProgress, Tokenizer, Weights } from "../../types.js";
import type { Evaluator } from "../evaluators/types.js";
import type { NewRows } from "./parameters/trainables.js";
import type { Feeds, Leaves } from "./types.js";
import type { Reads, Windows } from "./windows.js";

export interface Objective extends Made {
  /**
   * What it is to know of the tokens that are drawn for it: `weights`, what each predicted token counts for ([batch · context]
   * float32, 0 in padding), and `documents`, the number of each token's document in its window ([batch · (context + 1)] int32,
   * from 0, -1 in padding). Defaults to nothing; then there is no padding.
   */
  readonly reads?: Reads;
  /** Domains that its options name, which the run must have. Defaults to none. */
  readonly on?: readonly string[];
  /** The order that its windows are drawn in, by name, where it can read no other. */
  readonly order?: string;
  /** How it makes windows of those that are drawn, where it is their next token and no more; then it can be one of several (`mixed`). */
  readonly windows?: Windows;
  /** Throws one line where the model cannot learn by it; defaults to any model. */
  check?(model: LanguageModel): void;
  /** As a run's identity has it, where options name files: what those hold in place of their paths. Defaults to name and options. */
  written?(): Written;
  /** Matrices of logits that are there at once, of a whole batch, for estimates of memory; defaults to 3. */
  readonly logits?: number;
  /** What it is in one run. */
  begin(at: ObjectiveOptions): RunningObjective;
  /** What its runs are evaluated by; defaults to bits per byte. */
  evaluator?(): Evaluator;
}

export interface ObjectiveOptions {
  /** That training starts from. */
  model: LanguageModel;
  /** Whether the model's arrays are the engine's from then on, so that what is to stay must be copied; defaults to false. */
  consume?: boolean;
  leaves: Leaves;
  /** Rows of the tables that the base had not. */
  newRows?: NewRows;
}

export interface RunningObjective {
  /** What one batch feeds. */
  inputs(at: { config: ModelConfig; batch: number; context: number; weighted: boolean }): Specs;
  /**
   * What is fed of a batch as it was drawn: windows of `context` + 1 `tokens`, and a `weight` each where they have one, and
   * what the objective `reads`; each of a domain. The same for the same `rng`, which is of this batch alone, and `progress`, the share of the run's updates that
   * are done. Defaults to the batch as it is.
   */
  feeds?(at: FeedsOptions): Feeds;
  /**
   * A scalar to be minimised. `weights` is the model, whose trained leaves it is differentiated by; `frozen` the same
   * tensors without a gradient; `state` all that the engine has; `memory` is for the forward. `outputs` are numbers for the
   * step's row: `bySequence`, where it is given, is the loss of each sequence of the batch, from which losses by domain are
   * made; `countBySequence` what each is a mean over, where they differ in that.
   */
  loss(at: {
    config: ModelConfig;
    weights: Tensors;
    frozen: Tensors;
    state: Tensors;
    inputs: Tensors;
    memory?: Memory;
  }): {
    loss: tf.Tensor;
    outputs?: Tensors;
    /** How many tokens the loss is a mean over, where batches differ in that: what each counts for in an update of several. May be 0. */
    count?: tf.Tensor;
  };
  /** Numbers for the step's row made of the outputs by sequence, whose names end so, of all of an update's batches. */
  row?(outputs: Record<string, Float32Array>): Record<string, number>;
  /**
   * Tensors of its own that never change, such as a teacher's: in the engine's state, in no checkpoint, so that whoever
   * begins again must find the same. They are only read, and so may be somebody else's. Names begin with what they are.
   */
  readonly fixed?: Weights;
  /** Makes batches of its own of what was drawn, by the weights as they are; defaults to what was drawn. */
  writer?(at: WriterOptions): Writer;
  /** Makes what it needs to be fed, before the first update of every start, resumed ones too. */
  ready?(at: ReadyOptions): Promise<void>;
  /** What run.json notes of it. */
  readonly notes?: Record<string, unknown>;
}

export interface FeedsOptions {
  drawn: Feeds;
  /** Of each window. */
  domains: readonly string[];
  context: number;
  tokenizer: Tokenizer;
  rng: Rng;
  /** Share of the run's updates that are done. */
  progress: number;
}

export interface WriterOptions {
  engine: Engine;
  /** Sequences per batch. */
  batch: number;
  context: number;
  /** The run's; of an update, fork it by the update. */
  rng: Rng;
}

export interface Writer {
  /** What is fed in place of `feeds`, where `step` updates are done; `domains` are of all sequences of the update. */
  write(at: {
    state: State;
    feeds: readonly Feeds[];
    domains: readonly string[];
    step: number;
  }): Promise<readonly Feeds[]>;
  dispose(): Promise<void>;
}

export interface ReadyOptions {
  engine: Engine;
  batch: number;
  context: number;
  /** All that the run will be fed, as it will be drawn, from its beginning; each batch's windows, their domains, and the share of the run before it. */
  windows(): Iterable<{ tokens: Int32Array; domains: readonly string[]; progress: number }>;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

/** One that is the same in every run, and keeps nothing of its own. */
export const plain = (given: Omit<Objective, "begin"> & RunningObjective): Objective & RunningObjective =>
  made({ ...given, begin: () => given });
