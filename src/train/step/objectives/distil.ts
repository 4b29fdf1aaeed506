/**
 * The objective of token distillation. The teacher is the model on the old tokens, the student the same model with a span
 * merged into its new token; only rows of new tokens move, so the old tokens' hidden states are the base model's.
 */
import * as tf from "../../../tensors.js";
import { forward, lossesOf } from "../../../model/index.js";
import type { Snippet } from "../../snippets.js";
import { type Objective, plain, type RunningObjective } from "../objective.js";
import type { Feeds } from "../types.js";

export interface DistilOptions {
  /** Layers below the states that are compared; all of them compares the states after the final norm. */
  layers: number;
  /** Whether the head learns from the next token. */
  head: boolean;
}

/** Feeds: what `feedsOf` gives; `context` is the old tokens in a snippet, at most. Gives `distance`, the mean squared difference. */
export function distil({ layers, head }: DistilOptions): Objective & RunningObjective {
  return plain({
    name: "distil",
    options: { layers, head },
    inputs({ batch, context: length }) {
      const states = batch * (length - 1);
      return {
        old: { shape: [batch, length], dtype: "int32" },
        merged: { shape: [batch, length - 1], dtype: "int32" },
        at: { shape: [states], dtype: "int32" },
        weight: { shape: [states], dtype: "float32" },
        next: { shape: [states], dtype: "int32" },
        nextWeight: { shape: [states], dtype: "float32" },
      };
    },
    loss({ config, weights, frozen, inputs: { old, merged, at, weight, next, nextWeight } }) {
      const target = tf.gather(forward(config, frozen, old!, { layers }), at as tf.Tensor1D);
      const difference = tf.sub(forward(config, weights, merged!, { layers }), target);
      const distance = tf.sum(tf.mul(tf.square(difference), tf.reshape(weight!, [-1, 1])));
      if (!head) return { loss: distance, outputs: { distance } };
      // The next token's loss reaches the head alone: its hidden states are without a gradient.
      const hidden = forward(config, frozen, merged!);
      const loss = tf.sum(tf.mul(lossesOf(config, weights, hidden, next!), nextWeight!));
      return { loss: tf.add(distance, loss), outputs: { distance } };
    },
  });
}

/**
 * At most `batch` snippets as tensors: each token outside the span is compared with itself, the new token with the last of
 * its span. Weights make one mean over all of it; what pads a snippet weighs nothing.
 */
export function feedsOf(
  snippets: readonly Snippet[],
  { batch, length, width }: { batch: number; length: number; width: number },
): Feeds {
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
