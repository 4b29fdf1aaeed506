/**
 * The two functions that an engine runs: one update, composed of an objective, parameters, an optimiser and parts, and one
 * evaluation. They are written in TensorFlow.js ops, read no values and know nothing of files, data order or time, and no
 * method by name; the loop is in `run/loop.ts`.
 */
import * as tf from "../../tensors.js";
import {
  inPrecision,
  type Precision,
  type Signature,
  type Specs,
  type StepFunction,
  type Tensors,
  zerosOf,
} from "../../engine/index.js";
import { parametersOf } from "../../architecture/index.js";
import { losses, type Memory } from "../../model/index.js";
import { domainInputs } from "./domains.js";
import { leafOf } from "./roles.js";
import { putBack, taken } from "./rows.js";
import type { ModelConfig, StateArrays, Weights } from "../../types.js";
import { valueAndGradients } from "./differentiate.js";
import type { RunningObjective } from "./objective.js";
import { redirected } from "./redirect.js";
import type { Leaves, Optimiser, RunningPart, Shaped } from "./types.js";

export interface StepOptions {
  config: ModelConfig;
  /** Sequences per batch. */
  batch: number;
  /** Tokens predicted per sequence; the engine is fed one more. */
  context: number;
  /** Defaults to the model's own weights, all of them. */
  leaves?: Leaves;
}

export interface Step {
  fn: StepFunction;
  signature: Signature;
}

export interface TrainStepOptions extends StepOptions {
  objective: RunningObjective;
  optimiser: Optimiser;
  parts?: readonly RunningPart[];
  /** Whether sequences are fed a weight each; defaults to false. */
  weighted?: boolean;
  /** What is kept for the backward pass; defaults to "keep", all that it wants. */
  memory?: Memory;
  /** What products of matrices are made in; defaults to float32. */
  precision?: Precision;
}

/**
 * Feeds: the objective's, the optimiser's scalars, the parts'. Gives: `loss` (before the update, without the parts' terms),
 * `gradientNorm` (of what the parts make of the gradients, before clipping), and what objective and parts give besides.
 */
export function trainStep(options: TrainStepOptions): Step {
  const fn: StepFunction = (state, inputs) => {
    const { gradients, outputs } = differentiated(options, state, inputs);
    const { next, outputs: more } = updated(options, state, gradients, inputs);
    return { state: next, outputs: { ...outputs, ...more } };
  };
  const signature: Signature = {
    state: trainState(options),
    inputs: { ...batchInputs(options), ...scalarInputs(options) },
  };
  return { fn, signature };
}

/** Gradients of the loss by the leaves; the loss and the objective's outputs; what the batch counts for, where that is said. */
export function differentiated(
  options: TrainStepOptions,
  state: Tensors,
  inputs: Tensors,
): { gradients: Tensors; outputs: Tensors; count?: tf.Tensor } {
  const { config, objective, optimiser, parts = [], leaves = allOf(config), memory, precision = "float32" } = options;
  // Copies from outside the gradient's scope: the same tensors inside it would be differentiated by.
  const copies = Object.fromEntries(Object.keys(leaves.leaves).map((name) => [name, tf.clone(state[name]!)]));
  const still = { ...state, ...copies };
  const frozen = leaves.weights?.(still, inputs) ?? still;
  const scale = optimiser.lossScale?.(state);
  let seen: Tensors = {};
  let counted: tf.Tensor | undefined;
  const ofLoss = (named: Tensors): tf.Tensor => {
    const live = { ...state, ...named };
    const weights = leaves.weights?.(live, inputs) ?? live;
    const { loss, outputs = {}, count } = objective.loss({ config, weights, frozen, state, inputs, memory });
    const own = parts.some((part) => part.loss) ? taken(leaves.rows, named) : named;
    const terms = parts.flatMap((part) => part.loss?.({ weights, leaves: own, state, inputs }) ?? []);
    // Outputs are no part of the gradient, but belong to its scope: kept until they are copied out of it.
    seen = Object.fromEntries(Object.entries({ loss, ...outputs }).map(([name, each]) => [name, tf.keep(each)]));
    counted = count && tf.keep(count);
    const whole = terms.length === 0 ? loss : tf.addN([loss, ...terms]);
    return scale ? tf.mul(whole, scale) : whole;
  };
  const { gradients } = inPrecision(precision, () => valueAndGradients(Object.keys(leaves.leaves), state, ofLoss));
  const outputs = Object.fromEntries(Object.entries(seen).map(([name, tensor]) => [name, released(tensor)]));
  return { gradients: taken(leaves.rows, gradients), outputs, count: counted && released(counted) };
}

function released(tensor: tf.Tensor): tf.Tensor {
  const copy = tf.clone(tensor);
  tensor.dispose();
  return copy;
}

/** What the parts and the optimiser make of gradients, and numbers for the step's row, `gradientNorm` among them. */
export function updated(
  options: TrainStepOptions,
  state: Tensors,
  given: Tensors,
  inputs: Tensors,
): { next: Tensors; outputs: Tensors } {
  const { config, optimiser, parts = [], leaves = allOf(config), memory, precision } = options;
  const scalars = Object.keys(optimiser.scalars(1, 0));
  const own = parts.flatMap((part) => part.own ?? []);
  const seen = taken(leaves.rows, state);
  const { gradients, outputs, kept } = redirected(
    { parts, leaves, scale: optimiser.lossScale?.(state), memory, precision },
    { state, seen, gradients: given, inputs },
  );
  const update = optimiser.update(seen, gradients, scalarsOf(inputs, scalars), {
    leaves: leaves.leaves,
    own: Object.fromEntries(own.map((name) => [name, scalarsOf(inputs, scalars, `.${name}`)])),
  });
  const next = { ...update.state };
  parts.forEach((part, i) => {
    const given = part.update?.({ state: seen, next, kept: kept[i]! });
    Object.assign(next, given?.instead);
    Object.assign(outputs, given?.outputs);
  });
  for (const part of parts) Object.assign(next, part.after?.({ state: seen, next, inputs }));
  return { next: putBack(leaves.rows, state, next), outputs: { ...outputs, gradientNorm: update.norm } };
}

/** Weights, slots, and what never changes. */
export function trainState({ config, leaves = allOf(config), objective, optimiser, parts }: TrainStepOptions): Specs {
  return {
    ...stateOf(config, leaves),
    ...specsOf(slotsOf({ leaves, optimiser, parts })),
    ...specsOf(fixedOf({ objective, parts })),
  };
}

/** Tensors of the objective and of the parts that never change: in the engine, in no checkpoint. */
export const fixedOf = (options: { objective: RunningObjective; parts?: readonly RunningPart[] }): Weights =>
  Object.assign({}, options.objective.fixed, ...(options.parts ?? []).map(({ fixed }) => fixed)) as Weights;

/** What differs from batch to batch. */
export const batchInputs = (options: TrainStepOptions): Specs => {
  const { config, batch, context, objective, leaves, weighted = false } = options;
  return { ...objective.inputs({ config, batch, context, weighted }), ...(leaves && domainInputs(leaves, batch)) };
};

/** What is fed once for an update: the optimiser's scalars, the parts' and their other inputs. */
export function scalarInputs({ optimiser, parts = [] }: TrainStepOptions): Specs {
  const scalars = Object.keys(optimiser.scalars(1, 0));
  const own = parts.flatMap((part) => part.own ?? []);
  return {
    ...scalarSpecs(["", ...own.map((name) => `.${name}`)].flatMap((of) => scalars.map((name) => `${name}${of}`))),
    ...scalarSpecs(parts.flatMap((part) => Object.keys(part.scalars?.(1) ?? {}))),
    ...(Object.assign({}, ...parts.map((part) => part.inputs ?? {})) as Specs),
  };
}

/** The slots of the optimiser and of the parts, which a checkpoint holds beside the weights; the order is the engine's. */
export function slotsOf(options: { leaves: Leaves; optimiser: Optimiser; parts?: readonly RunningPart[] }): Shaped {
  const { leaves, optimiser, parts = [] } = options;
  const own = parts.flatMap((part) => part.own ?? []);
  return Object.assign({}, optimiser.slots(leaves.leaves, own), ...parts.map((part) => part.slots ?? {})) as Shaped;
}

/** The parts' slots as they begin. The arrays are the caller's. */
export function slotsOfParts(parts: readonly RunningPart[]): Weights {
  const given = Object.assign({}, ...parts.map((part) => part.slots ?? {})) as Weights;
  return Object.fromEntries(
    Object.entries(given).map(([name, { shape, data }]) => [name, { shape: [...shape], data: data.slice() }]),
  );
}

/** How all slots begin: a part's as it says, the optimiser's at zero. The arrays are the caller's. */
export function slotsAtStart(options: {
  leaves: Leaves;
  optimiser: Optimiser;
  parts?: readonly RunningPart[];
}): StateArrays {
  const given = slotsOfParts(options.parts ?? []);
  return Object.fromEntries(
    Object.entries(slotsOf(options)).map(([name, slot]) => [
      name,
      given[name] ? { shape: [...slot.shape], data: given[name].data } : zerosOf(slot),
    ]),
  );
}

/** Every weight of the model, trained whole. The order comes from the shape of the model and never from a file. */
export function allOf(config: ModelConfig): Leaves {
  return { leaves: Object.fromEntries(parametersOf(config).map((each) => [each.name, leafOf(each)])), rows: {} };
}

/** The optimiser's scalars among what is fed. */
const scalarsOf = (inputs: Tensors, names: readonly string[], of = ""): Tensors =>
  Object.fromEntries(names.map((name) => [name, inputs[`${name}${of}`]!]));

const scalarSpecs = (names: readonly string[]): Specs =>
  Object.fromEntries(names.map((name) => [name, { shape: [], dtype: "float32" }]));

export const specsOf = (shaped: Shaped): Specs =>
  Object.fromEntries(
    Object.entries(shaped).map(([name, { shape, stored = "float32" }]) => [name, { shape, dtype: stored }]),
  );

export const stateOf = (config: ModelConfig, leaves?: Leaves): Specs =>
  specsOf({ ...allOf(config).leaves, ...leaves?.added });

/** Feeds: `tokens`, and what leaves ask for. Gives: `perToken`, the loss of each predicted token in nats, row by row. */
export function evaluationStep(options: StepOptions): Step {
  const { config, batch, context, leaves } = options;
  const fn: StepFunction = (state, inputs) => ({
    outputs: {
      perToken: losses(config, leaves?.weights?.(state, inputs) ?? state, inputs.tokens!, { memory: "layers" }),
    },
  });
  const inputs: Specs = {
    tokens: { shape: [batch, context + 1], dtype: "int32" },
    ...(leaves && domainInputs(leaves, batch)),
  };
  return { fn, signature: { state: stateOf(config, leaves), inputs } };
}
