/**
 * One update of token distillation. The teacher is the model on the old tokens, the student the same model with a span
 * merged into its new token; only rows of new tokens move, so the old tokens' hidden states are the base model's.
 */
import * as tf from "@tensorflow/tfjs";
import { crossEntropy, type StepFunction } from "../engine/index.js";
import { forward, parameterShapes } from "../model/index.js";
import type { ModelConfig } from "../types.js";
import type { AdamW } from "./optimiser.js";
import type { Snippet } from "./snippets.js";
import { masksOf, scalarsOf, scalarSpecs, type Step, valueAndGradients } from "./step.js";
import type { Selection } from "./trainable.js";

export interface DistilStepOptions {
  config: ModelConfig;
  optimiser: AdamW;
  /** Rows of the embedding, and of the head where it learns from the next token. */
  trained: Selection;
  /** Layers below the states that are compared; all of them compares the states after the final norm. */
  layers: number;
  batch: number;
  /** Old tokens in a snippet, at most. */
  length: number;
}

const table = "model.embed_tokens.weight";
const head = "lm_head.weight";

/** Feeds: what `feedsOf` gives and the optimiser's scalars. Gives: `loss`, the mean squared difference before the update. */
export function distilStep(options: DistilStepOptions): Step {
  const { config, optimiser, trained, layers, batch, length } = options;
  const states = batch * (length - 1);
  const fn: StepFunction = (state, inputs) => {
    const { old, merged, at, weight, next, nextWeight } = inputs;
    const target = tf.gather(forward(config, state, old!, layers), at as tf.Tensor1D);
    const { value, gradients } = valueAndGradients([table], state, (named) => {
      const difference = tf.sub(forward(config, { ...state, ...named }, merged!, layers), target);
      return tf.sum(tf.mul(tf.square(difference), tf.reshape(weight!, [-1, 1])));
    });
    if (trained.names.includes(head)) {
      // The next token's loss reaches the head alone: these states are not the ones that are differentiated above.
      const hidden = forward(config, state, merged!);
      const loss = (named: typeof state): tf.Tensor =>
        tf.sum(tf.mul(crossEntropy(hidden, named[head]!, next!), nextWeight!));
      Object.assign(gradients, valueAndGradients([head], state, loss).gradients);
    }
    const update = optimiser.update(state, gradients, scalarsOf(inputs), { rows: masksOf(trained) });
    return { state: update.state, outputs: { loss: value } };
  };
  const shapes = parameterShapes(config);
  const moving = Object.fromEntries(trained.names.map((name) => [name, { shape: shapes[name]! }]));
  const all = {
    ...Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, { shape }])),
    ...optimiser.moments(moving),
  };
  return {
    fn,
    signature: {
      state: Object.fromEntries(Object.entries(all).map(([name, { shape }]) => [name, { shape, dtype: "float32" }])),
      inputs: {
        old: { shape: [batch, length], dtype: "int32" },
        merged: { shape: [batch, length - 1], dtype: "int32" },
        at: { shape: [states], dtype: "int32" },
        weight: { shape: [states], dtype: "float32" },
        next: { shape: [states], dtype: "int32" },
        nextWeight: { shape: [states], dtype: "float32" },
        ...scalarSpecs(),
      },
    },
  };
}

/**
 * At most `batch` snippets as tensors: each token outside the span is compared with itself, the new token with the last of
 * its span. Weights make one mean over all of it; what pads a snippet weighs nothing.
 */
export function feedsOf(
  snippets: readonly Snippet[],
  { batch, length, width }: { batch: number; length: number; width: number },
): Record<string, Float32Array | Int32Array> {
  const states = batch * (length - 1);
  const [old, merged] = [new Int32Array(batch * length), new Int32Array(states)];
  const [at, next] = [new Int32Array(states), new Int32Array(states)];
  const [weight, nextWeight] = [new Float32Array(states), new Float32Array(states)];
  snippets.forEach(({ id, old: ids, first, end }, row) => {
    old.set(ids, row * length);
    const student = [...ids.slice(0, first), id, ...ids.slice(end)];
    student.forEach((token, i) => {
      const to = row * (length - 1) + i;
      merged[to] = token;
      at[to] = row * length + (i < first ? i : i + end - first - 1);
      weight[to] = 1;
      if (i + 1 < student.length) [next[to], nextWeight[to]] = [student[i + 1]!, 1];
    });
  });
  const total = (weights: Float32Array): number => weights.reduce((sum, one) => sum + one, 0);
  const [compared, predicted] = [total(weight) * width, Math.max(1, total(nextWeight))];
  return {
    old,
    merged,
    at,
    next,
    weight: weight.map((one) => one / compared),
    nextWeight: nextWeight.map((one) => one / predicted),
  };
}
