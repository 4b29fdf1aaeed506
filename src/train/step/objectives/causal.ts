/**
 * The next token, everywhere: the mean cross-entropy in nats over the batch. Where domains have loss weights, each
 * sequence's loss counts by its own; the weights are fed so that their expectation under the token shares is 1.
 */
import * as tf from "@tensorflow/tfjs";
import { losses } from "../../../model/index.js";
import { type Objective, plain, type RunningObjective } from "../objective.js";

export function causal(): Objective & RunningObjective {
  return plain({
    name: "causal",
    options: {},
    check({ config }) {
      if (config.encoder)
        throw new Error("causal: invalid model: an encoder (it sees the next token; it learns by masked)");
    },
    inputs: ({ batch, context, weighted }) => ({
      tokens: { shape: [batch, context + 1], dtype: "int32" },
      ...(weighted && { weight: { shape: [batch], dtype: "float32" } }),
    }),
    loss({ config, weights, inputs: { tokens, weight }, memory }) {
      const perToken = losses(config, weights, tokens!, { memory });
      const bySequence = tf.mean(tf.reshape(perToken, [tokens!.shape[0]!, -1]), 1);
      return { loss: weight ? tf.mean(tf.mul(bySequence, weight)) : tf.mean(perToken), outputs: { bySequence } };
    },
  });
}
