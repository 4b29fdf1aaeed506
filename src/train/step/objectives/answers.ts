/**
 * The next token where it counts: Σ w · nats / Σ w over all of an update's batches, with the weights that the text's marks give its
 * tokens (`corpus/marks.ts`): answers and not their prompts, as a rule. Each batch divided by its own sum instead would let a
 * token of a short answer count more the fewer stand beside it (https://github.com/huggingface/transformers/pull/34191). Where text
 * has no marks every token counts 1, so that plain text can be mixed in.
 */
import * as tf from "@tensorflow/tfjs";
import * as z from "zod";
import { losses } from "../../../model/index.js";
import { answerLoss } from "../../evaluators/answer-loss.js";
import { type Objective, plain, type RunningObjective } from "../objective.js";

export interface AnswersOptions {
  /**
   * What the loss is a mean over: "tokens", or "sequences", where each document of a window counts the same that has a token
   * that counts. Defaults to "tokens".
   */
  mean?: "tokens" | "sequences";
}
/** Shape of the same in a recipe. */
export const answersOptions = z.strictObject({ mean: z.enum(["tokens", "sequences"]).optional() });

export function answers({ mean = "tokens" }: AnswersOptions = {}): Objective & RunningObjective {
  if (mean !== "tokens" && mean !== "sequences")
    throw new Error(`answers: invalid mean: ${String(mean)} (tokens or sequences)`);
  return plain({
    name: "answers",
    options: mean === "tokens" ? {} : { mean },
    reads: mean === "tokens" ? ["weights"] : ["weights", "documents"],
    check({ config }) {
      if (config.encoder)
        throw new Error("answers: invalid model: an encoder (it sees the next token; it learns by masked)");
    },
    inputs: ({ batch, context, weighted }) => ({
      tokens: { shape: [batch, context + 1], dtype: "int32" },
      weights: { shape: [batch, context], dtype: "float32" },
      ...(weighted && { weight: { shape: [batch], dtype: "float32" } }),
    }),
    feeds({ drawn: { weights, documents, ...others }, context }) {
      const own = weights as Float32Array;
      return { ...others, weights: mean === "tokens" ? own : sharedOut(own, documents as Int32Array, context) };
    },
    loss({ config, weights: model, inputs: { tokens, weights, weight }, memory }) {
      const nats = tf.mul(tf.reshape(losses(config, model, tokens!, { memory }), weights!.shape), weights!);
      const [sums, counts] = [tf.sum(nats, 1), tf.sum(weights!, 1)];
      const count = tf.sum(counts);
      const total = tf.sum(weight ? tf.mul(sums, weight) : sums);
      return {
        loss: tf.div(total, tf.maximum(count, 1e-12)),
        outputs: { bySequence: tf.div(sums, tf.maximum(counts, 1e-12)), countBySequence: counts },
        count,
      };
    },
    evaluator: () => answerLoss({ beside: true }),
  });
}

/** Weights that add up to 1 in every document of every window that has any. */
function sharedOut(weights: Float32Array, documents: Int32Array, context: number): Float32Array {
  const shared = new Float32Array(weights.length);
  for (let first = 0; first < weights.length; first += context) {
    const own = documents.subarray((first / context) * (context + 1));
    const sums = new Map<number, number>();
    for (let i = 0; i < context; i++) sums.set(own[i + 1]!, (sums.get(own[i + 1]!) ?? 0) + weights[first + i]!);
    for (let i = 0; i < context; i++)
      if (weights[first + i]! > 0) shared[first + i] = weights[first + i]! / sums.get(own[i + 1]!)!;
  }
  return shared;
}
