/**
 * Of the four kinds of thing that one update is composed of, three: what is trained, the optimiser, parts. The objective is in
 * `objective.ts`. The loop knows these and no method by name; each kind has a registry of rows. Functions of tensors are traced into one graph: they read no values and draw no random numbers.
 */
import type * as tf from "@tensorflow/tfjs";
import type { Engine, Kept, Specs, State, Tensors } from "../../engine/index.js";
import type { Adapter, Memory, Params } from "../../model/index.js";
import type { Made } from "../../registry.js";
import type { ModelConfig, OnProgress, StateArrays, Weights } from "../../types.js";
import type { Role } from "./roles.js";
import type { NewRows, TrainedRows } from "./rows.js";
import type { Schedule } from "../schedules/index.js";
import type { Shards } from "../text.js";

/** A leaf's role decides its learning rate and, under some optimisers, its update; without one it is part of a layer. */
export type Shaped = Record<
  string,
  {
    shape: number[];
    role?: Role;
    /** Small as it may be, it is updated alone. */
    alone?: boolean;
    /** Factor of its role's learning rate, and so of its decay; defaults to 1. */
    rate?: number;
    /** Of a slot: what it is kept in between updates; defaults to float32. */
    stored?: Kept;
  }
>;
/** What the host hands to one run of a program. */
export type Feeds = Record<string, Float32Array | Int32Array>;

/** Which tensors are trained, and how they make the model's weights. */
export interface Parameters extends Made {
  /** `weights` are those that training starts from; absent where nothing but shapes is asked for. */
  of(at: { config: ModelConfig; seed: number; weights?: Weights }): Leaves;
  /** Places of the context that it takes, which are not there for tokens; defaults to 0. */
  readonly places?: number;
  /** The same with what the run knows filled in where it was left open; undefined where nothing was. */
  told?(run: { newRows?: NewRows | undefined }): Parameters | undefined;
}

/** Parameters of one model. */
export interface Leaves {
  /** What is trained, in the order of sums; of tables that are trained in part, those rows. */
  readonly leaves: Shaped;
  /** Which rows those are. */
  readonly rows: TrainedRows;
  /** How the leaves that are not the model's own begin. */
  readonly added?: Weights;
  /** Whether those are no part of the model that is saved, but modules that are kept beside it; defaults to false. */
  readonly beside?: boolean;
  /** Names by which sequences are told apart: then the domain of each is among the inputs of `weights` (`domains.ts`). */
  readonly domains?: readonly string[];
  /** The model's weights made of leaves and frozen weights, and modules beside them (`withModules`); the weights are among `state` unless this says otherwise. */
  weights?(state: Tensors, inputs?: Tensors): Params;
  /** The same on the host, for what is saved as a model. */
  merged?(state: Weights): Weights;
  /** What was trained as an adapter of the model that training started from, where it is one. */
  adapter?(state: Weights): Adapter;
  /** One line for the terminal and the record, where what is trained is not all that was named. */
  readonly said?: string;
}

export interface UpdateOptions {
  /** What is updated. */
  leaves?: Shaped;
  /** Scalars of leaves that count their updates on their own; each has slots of its own too. */
  own?: Record<string, Tensors>;
  /** Norm of all gradients, where these are only some of them. */
  norm?: tf.Tensor;
}

/** Slots, and the update. */
export interface Optimiser extends Made {
  /** What the host feeds at update `step`, counted from 1; the same names at every step. */
  scalars(step: number, learningRate: number): Record<string, Float32Array>;
  /** Names and shapes of the tensors that `update` reads and writes besides these leaves; they begin at zero. */
  slots(leaves: Shaped, own?: readonly string[]): Shaped;
  /** What the loss is multiplied by before its gradients are taken, where that is not 1; `update` divides by it. */
  lossScale?(state: Tensors): tf.Tensor;
  /** New leaves and slots, and the gradient's norm before clipping. All tensors belong to the caller. */
  update(
    state: Tensors,
    gradients: Tensors,
    scalars: Tensors,
    options?: UpdateOptions,
  ): { state: Tensors; norm: tf.Tensor };
}

/** Something besides loss and update: state of its own, something before or after an update, a term of the loss. */
export interface Part extends Made {
  /** How many times over it keeps what is trained, about; for what a sweep plans by. Defaults to 1. */
  readonly copies?: number;
  begin(at: PartOptions): RunningPart;
}

export interface PartOptions {
  config: ModelConfig;
  /** The model that training starts from. */
  weights: Weights;
  leaves: Leaves;
  optimiser: Optimiser;
  schedule: Schedule;
  /** Updates of the run. */
  steps: number;
  seed: number;
  /** Open. What a part reads of it, it reads beside the run's own order. */
  shards: Shards;
  /** Sequences at once. */
  batch: number;
  /** Tokens predicted per sequence. */
  context: number;
}

/** Gradients by the leaves of a loss of a part's own, made as those of the update are. */
export type GradientsOf = (loss: (at: { weights: Params; memory?: Memory }) => tf.Tensor) => Tensors;

/** What a part makes of gradients, or of leaves. */
export interface Redirected {
  /** Instead of those of these names. */
  instead?: Tensors;
  /** Scalars for the step's row. */
  outputs?: Tensors;
}

/** What a part is given before the first update. */
export interface PrepareOptions {
  engine: Engine;
  /** Weights and slots, as the engine has them. */
  state: State;
  /** Whether its slots are those of the run that this one is a branch of, and not as it began them. */
  carried: boolean;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

/** An average of what is trained: of each leaf in the slot `<name>.<leaf>`. */
export interface Average {
  name: string;
  /** A slot with the number of models that it is of, where that may be none. */
  count?: string;
}

/** All of it is optional: a part has what it needs. */
export interface RunningPart {
  /** Leaves that count their updates on their own: fed `rate.<name>` and so on besides the optimiser's scalars. */
  readonly own?: readonly string[];
  /** Tensors of its own as they begin; names begin with the part's. */
  readonly slots?: Weights;
  /** Tensors of its own that never change, as those of an objective (`objective.ts`); names begin with the part's. */
  readonly fixed?: Weights;
  /** What of its slots is an average that can be scored, and kept as a model. */
  readonly average?: Average;
  /**
   * Fills its slots in `state` with what it measures on text, or computes, before the first update. Not called where a run
   * goes on from a checkpoint, which has them. Returns early where `signal` is aborted: no update follows.
   */
  prepare?(at: PrepareOptions): Promise<void>;
  /** What to overwrite before update `step + 1`, where `step` updates are done. */
  before?(step: number): StateArrays | undefined;
  /** Scalars of its own at update `step`, counted from 1. */
  scalars?(step: number): Record<string, Float32Array>;
  /** What it is fed besides: the shapes, and the values at update `step`, counted from 1. Names begin with the part's. */
  readonly inputs?: Specs;
  feeds?(step: number): Feeds;
  /** A term that is added to the loss; `weights` is the model, `leaves` what is trained, of tables that are trained in part those rows. */
  loss?(at: { weights: Tensors; leaves: Tensors; state: Tensors; inputs: Tensors }): tf.Tensor;
  /** Before the optimiser: gradients are means over all of an update's batches, unscaled and not yet clipped. */
  gradients?(at: { state: Tensors; gradients: Tensors; inputs: Tensors; gradientsOf: GradientsOf }): Redirected & {
    /** For its own `update`. */
    kept?: Tensors;
  };
  /** After the optimiser and before every `after`: of the leaves of `next`, whose difference to those of `state` is the update. */
  update?(at: { state: Tensors; next: Tensors; kept: Tensors }): Redirected;
  /** Further entries of the state after the update: `next` holds what it replaces. Of several batches `inputs` has none. */
  after?(at: { state: Tensors; next: Tensors; inputs: Tensors }): Tensors;
  /** A change of the state after some updates, in a program of its own: the others cost nothing more. */
  readonly periodic?: {
    /** Whether it comes after update `step`, counted from 1. */
    due(step: number): boolean;
    /** What it replaces. */
    change(state: Tensors): Tensors;
  };
}
