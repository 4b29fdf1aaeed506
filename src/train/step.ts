/**
 * The two functions that an engine runs: one update (loss, gradients, clipping, AdamW) and one evaluation. They are written
 * in TensorFlow.js ops, read no values and know nothing of files, data order or time; the loop is in `loop.ts`.
 */
import * as tf from "@tensorflow/tfjs";
import type { Signature, StepFunction, Tensors } from "../engine/types.js";
import { losses, parameterShapes } from "../model/index.js";
import type { ModelConfig } from "../types.js";
import type { AdamW, Scalars } from "./optimiser.js";
import type { Selection } from "./trainable.js";

export interface StepOptions {
  config: ModelConfig;
  /** Sequences per batch. */
  batch: number;
  /** Tokens predicted per sequence; the engine is fed one more. */
  context: number;
}

export interface Step {
  fn: StepFunction;
  signature: Signature;
}

export interface TrainStepOptions extends StepOptions {
  optimiser: AdamW;
  /** Defaults to every weight. */
  trained?: Selection;
  /** Weights that count their updates on their own: fed `rate.<name>` and so on besides the three scalars. Defaults to none. */
  own?: readonly string[];
}

/** Feeds: `tokens` and the optimiser's three scalars. Gives: `loss` (nats per token, before the update) and `gradientNorm`. */
export function trainStep(options: TrainStepOptions): Step {
  const { config, batch, context, optimiser, trained, own = [] } = options;
  // The order of names is the order of sums, so it comes from the shape of the model and never from a file.
  const shapes = parameterShapes(config);
  const names = trained?.names ?? Object.keys(shapes);
  const fn: StepFunction = (state, inputs) => {
    const { value, gradients } = valueAndGradients(names, state, (named) =>
      tf.mean(losses(config, { ...state, ...named }, inputs.tokens!)),
    );
    const update = optimiser.update(state, gradients, scalarsOf(inputs), {
      rows: masksOf(trained),
      own: Object.fromEntries(own.map((name) => [name, scalarsOf(inputs, `.${name}`)])),
    });
    return { state: update.state, outputs: { loss: value, gradientNorm: update.norm } };
  };
  const signature: Signature = { state: {}, inputs: { tokens: tokensOf(batch, context), ...scalarSpecs() } };
  for (const name of own) Object.assign(signature.inputs, scalarSpecs(`.${name}`));
  for (const [name, shape] of Object.entries(shapes)) signature.state[name] = { shape, dtype: "float32" };
  const weights = Object.fromEntries(names.map((name) => [name, { shape: shapes[name]! }]));
  for (const [name, { shape }] of Object.entries(optimiser.moments(weights, own)))
    signature.state[name] = { shape, dtype: "float32" };
  return { fn, signature };
}

/** The optimiser's scalars among what is fed. */
export const scalarsOf = (inputs: Tensors, of = ""): Scalars => ({
  rate: inputs[`rate${of}`]!,
  keep: inputs[`keep${of}`]!,
  floor: inputs[`floor${of}`]!,
});

export function scalarSpecs(of = ""): Signature["inputs"] {
  const scalar = { shape: [], dtype: "float32" as const };
  return { [`rate${of}`]: scalar, [`keep${of}`]: scalar, [`floor${of}`]: scalar };
}

/** Which rows of which tables are trained, [rows, 1] each; constants of the graph. */
export const masksOf = (trained?: Selection): Tensors =>
  Object.fromEntries(
    Object.entries(trained?.rows ?? {}).map(([name, rows]) => [name, tf.tensor(rows, [rows.length, 1])]),
  );

/** Feeds: `tokens`. Gives: `perToken`, the loss of each predicted token in nats, row by row. */
export function evaluationStep(options: StepOptions): Step {
  const { config, batch, context } = options;
  const fn: StepFunction = (state, inputs) => ({
    outputs: { perToken: losses(config, state, inputs.tokens!) },
  });
  const signature: Signature = { state: {}, inputs: { tokens: tokensOf(batch, context) } };
  for (const [name, shape] of Object.entries(parameterShapes(config)))
    signature.state[name] = { shape, dtype: "float32" };
  return { fn, signature };
}

const tokensOf = (batch: number, context: number): { shape: number[]; dtype: "int32" } => ({
  shape: [batch, context + 1],
  dtype: "int32",
});

/** Gradients by name of a scalar function of named tensors. */
export function valueAndGradients(
  names: string[],
  state: Tensors,
  f: (named: Tensors) => tf.Tensor,
): { value: tf.Tensor; gradients: Tensors } {
  const of = (...args: tf.Tensor[]): tf.Scalar =>
    f(Object.fromEntries(names.map((name, i) => [name, args[i]!]))) as tf.Scalar;
  const { value, grads } = tf.valueAndGrads(of)(names.map((name) => state[name]!));
  return { value, gradients: Object.fromEntries(names.map((name, i) => [name, grads[i]!])) };
}
