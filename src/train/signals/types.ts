/** What an online mixture may be told of an update besides its losses: measured before it, as the losses are. */
import type { Engine, State } from "../../engine/index.js";
import type { Mixture, Observation } from "../../mixture/index.js";
import type { LanguageModel } from "../../types.js";
import type { Batch } from "../run/batches.js";
import type { Leaves } from "../step/types.js";
import type { Shards } from "../text.js";

export interface SignalOptions {
  mixture: Mixture;
  engine: Engine;
  /** The model as it was before the first update of the run; a recipe's has its weights at the beginning only. */
  model: LanguageModel;
  leaves: Leaves;
  shards: Shards;
  /** Sequences at once. */
  batch: number;
  context: number;
  /** The run's. */
  seed: number;
  /** Updates from one measurement to the next. */
  every: number;
}

export interface Signal {
  /** Where `step` updates are done and `batch` is the next one's. */
  before(at: { state: State; batch: Batch; step: number }): Promise<Partial<Observation>>;
  dispose(): Promise<void>;
}
