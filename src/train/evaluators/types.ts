/** What looks at a model while it is trained, or afterwards, and gives rows. */
import type { Engine, State } from "../../engine/index.js";
import type { Made } from "../../registry.js";
import type { Evaluation, LanguageModel, Measurement, OnProgress } from "../../types.js";
import type { Leaves, RunningPart } from "../step/types.js";
import type { Shards } from "../text.js";

export interface Evaluator extends Made {
  /** Whether it is of the weights that are trained alone, and not of averages of them; defaults to false. */
  readonly live?: boolean;
  begin(at: EvaluatorOptions): RunningEvaluator;
}

export interface EvaluatorOptions {
  engine: Engine;
  /** The model as it was before the first update; a recipe's has its weights at `begin` only. */
  model: LanguageModel;
  /** How the state makes the model's weights. */
  leaves: Leaves;
  shards: Shards;
  /** Sequences at once. */
  batch: number;
  context: number;
  /** What the run's objective is evaluated by. */
  standard: Evaluator;
  /** Its others; defaults to none. */
  others?: readonly Evaluator[];
  /** The run's; absent where a model is scored without a run. */
  parts?: readonly RunningPart[];
  /** Is handed lines that say what happened. */
  onProgress?: OnProgress | undefined;
}

type WithoutStep<Row> = Row extends unknown ? Omit<Row, "step" | "tokens"> : never;

export interface RunningEvaluator {
  /** Of the weights in `state`, after which update, counted from 1, and whether it is the last; without a run neither. */
  evaluate(state: State, at?: { step: number; last: boolean }): Promise<WithoutStep<Evaluation | Measurement>[]>;
  dispose(): Promise<void>;
}
