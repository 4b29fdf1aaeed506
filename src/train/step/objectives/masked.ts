/**
 * Predicting hidden tokens from both sides: the mean cross-entropy in nats over the tokens that are hidden, which are drawn
 * anew for every batch from the run's seed. For encoders. Of each window of `context` + 1 tokens the last is not read.
 */
import * as tf from "../../../tensors.js";
import { maskedLoss } from "../../evaluators/masked-loss.js";
import { checkMasking, hiddenInputs, hiddenLosses, hide, type MaskingOptions, maskingSaid } from "./masking.js";
import { type Objective, plain, type RunningObjective } from "../objective.js";

export const masked = (options: MaskingOptions = {}): Objective & RunningObjective => hidden("masked", options);

/** The same under a name, which begins error lines. */
export function hidden(name: string, options: MaskingOptions): Objective & RunningObjective {
  const said = maskingSaid(name, options);
  return plain({
    name,
    options: { ...said },
    check: (model) => checkMasking(name, model, said),
    inputs: ({ batch, context, weighted }) => ({
      ...hiddenInputs({ batch, context, rate: said.rate }),
      ...(weighted && { weight: { shape: [batch], dtype: "float32" } }),
    }),
    feeds({ drawn: { tokens, ...others }, context, tokenizer, rng }) {
      const windows = Array.from({ length: tokens!.length / (context + 1) }, (_, row) =>
        (tokens as Int32Array).subarray(row * (context + 1), (row + 1) * (context + 1)),
      );
      const rngs = windows.map((_, row) => rng.fork(`${row}`));
      return { ...hide({ caller: name, windows, context, tokenizer, rngs, ...said }), ...others };
    },
    loss({ config, weights, inputs, memory }) {
      const batch = inputs.tokens!.shape[0]!;
      const counted = tf.reshape(inputs.counted!, [batch, -1]);
      const nats = tf.mul(tf.reshape(hiddenLosses(config, weights, inputs, memory), [batch, -1]), counted);
      const sums = tf.sum(nats, 1);
      const bySequence = tf.div(sums, tf.maximum(tf.sum(counted, 1), 1));
      const count = tf.sum(counted);
      const total = tf.sum(inputs.weight ? tf.mul(sums, inputs.weight) : sums);
      return { loss: tf.div(total, tf.maximum(count, 1)), outputs: { bySequence }, count };
    },
    evaluator: () => maskedLoss(said),
  });
}
