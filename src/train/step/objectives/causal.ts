/**
 * The next token, everywhere: the mean cross-entropy in nats over the batch. Where domains have loss weights, each
 * sequence's loss counts by its own; the weights are fed so that their expectation under the token shares is 1.
 */
import * as tf from "../../../tensors.js";
import * as z from "zod";
import { losses } from "../../../model/index.js";
import { type Objective, plain, type RunningObjective } from "../objective.js";
import { documentsOptions, type DocumentsOptions, documentsSaid, seenOf, withDocuments } from "./documents.js";
import type { Windows } from "../windows.js";
import { checkDecoder, windowed } from "./windowed.js";

export const causalOptions = z.strictObject(documentsOptions);

export function causal(options: DocumentsOptions = {}): Objective & RunningObjective {
  const said = documentsSaid("causal", options);
  const windows: Windows = {
    reads: ["documents"],
    sees: seenOf(said),
    of: (drawn) => ({ tokens: drawn.tokens, ...withDocuments(drawn, said) }),
  };
  if (said.documents ?? said.positions) return windowed({ name: "causal", options: { ...said }, windows });
  return plain({
    name: "causal",
    options: {},
    windows,
    check: (model) => checkDecoder("causal", model),
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
