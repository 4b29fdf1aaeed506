/** What is fed, and what is minimised: one row of `objectives.ts`. */
import type * as tf from "@tensorflow/tfjs";
import type { Specs, Tensors } from "../../engine/index.js";
import type { Memory } from "../../model/index.js";
import type { Made } from "../../registry.js";
import type { Rng } from "../../rng.js";
import type { LanguageModel, ModelConfig, Tokenizer } from "../../types.js";
import type { Evaluator } from "../evaluators/types.js";
import type { Feeds } from "./types.js";

export interface Objective extends Made {
  /** Throws one line where the model cannot learn by it; defaults to any model. */
  check?(model: LanguageModel): void;
  /** What one batch feeds. */
  inputs(at: { config: ModelConfig; batch: number; context: number; weighted: boolean }): Specs;
  /**
   * What is fed of a batch as it was drawn: windows of `context` + 1 `tokens`, and a `weight` each where they have one. The
   * same for the same `rng`, which is of this batch alone, and `progress`, the share of the run's updates that are done.
   * Defaults to the batch as it is.
   */
  feeds?(at: { drawn: Feeds; context: number; tokenizer: Tokenizer; rng: Rng; progress: number }): Feeds;
  /**
   * A scalar to be minimised. `weights` is the model, whose trained leaves it is differentiated by; `frozen` the same
   * tensors without a gradient; `memory` is for the forward. `outputs` are numbers for the step's row: `bySequence`, where it is given, is the loss of
   * each sequence of the batch, from which losses by domain are made.
   */
  loss(at: { config: ModelConfig; weights: Tensors; frozen: Tensors; inputs: Tensors; memory?: Memory }): {
    loss: tf.Tensor;
    outputs?: Tensors;
    /** How many tokens the loss is a mean over, where batches differ in that: what each counts for in an update of several. May be 0. */
    count?: tf.Tensor;
  };
  /** What its runs are evaluated by; defaults to bits per byte. */
  evaluator?(): Evaluator;
}
