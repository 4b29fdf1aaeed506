/**
 * The next token, of a vocabulary that grows: at first only the tokens with the lowest ids are known, which in byte-level BPE
 * are the bytes and the earliest merges; another token is read as the unknown one and is not to be predicted. From `until` on
 * it is `causal`. After the vocabulary curriculum of CLIMB, whose authors report no consistent gain over training without it.
 */
import * as z from "zod";
import * as tf from "../../../tensors.js";
import { type PacingName, pacings } from "../../../corpus/index.js";
import { forward, lossesOf } from "../../../model/index.js";
import type { Tokenizer } from "../../../types.js";
import { type Objective, plain, type RunningObjective } from "../objective.js";

export interface GrowingVocabularyOptions {
  /** Share of the ids that are known at first; defaults to 0.1. */
  start?: number;
  /** Share of the run after which all are; defaults to 0.5. */
  until?: number;
  /** Row of `corpus.pacings`; defaults to "linear". */
  pacing?: PacingName;
  /** Id of the token that others are read as; defaults to the tokenizer's `<unk>`, else the end of a document. */
  unknown?: number;
}
/** Shape of the same in a recipe. */
export const growingVocabularyOptions = z.strictObject({
  start: z.number().gt(0).max(1).optional(),
  until: z.number().gt(0).max(1).optional(),
  pacing: z.enum(Object.keys(pacings) as [PacingName]).optional(),
  unknown: z.int().min(0).optional(),
});

export function growingVocabulary(options: GrowingVocabularyOptions = {}): Objective & RunningObjective {
  const { start = 0.1, until = 0.5, pacing = "linear", unknown } = options;
  for (const [name, value] of Object.entries({ start, until }))
    if (!(value > 0 && value <= 1))
      throw new Error(`growingVocabulary: invalid ${name}: ${value} (above 0, at most 1)`);
  if (!Object.hasOwn(pacings, pacing))
    throw new Error(`growingVocabulary: invalid pacing: ${pacing} (one of ${Object.keys(pacings).join(", ")})`);
  const known = (progress: number): number => pacings[pacing].available(Math.min(1, progress / until), start, 2);
  return plain({
    name: "growing-vocabulary",
    options: { start, until, pacing, ...(unknown !== undefined && { unknown }) },
    check({ config, tokenizer }) {
      if (config.encoder) throw new Error("growingVocabulary: invalid model: an encoder (it learns by masked)");
      if (unknownOf(tokenizer, unknown) >= config.vocabSize)
        throw new Error(`growingVocabulary: invalid unknown: ${unknown} (the model has ${config.vocabSize} rows)`);
    },
    inputs: ({ batch, context, weighted }) => ({
      tokens: { shape: [batch, context], dtype: "int32" },
      targets: { shape: [batch * context], dtype: "int32" },
      counted: { shape: [batch, context], dtype: "float32" },
      ...(weighted && { weight: { shape: [batch], dtype: "float32" } }),
    }),
    feeds({ drawn: { tokens: drawn, ...others }, context, tokenizer, progress }) {
      const end = Math.ceil(known(progress) * tokenizer.size);
      const other = unknownOf(tokenizer, unknown);
      const windows = drawn!.length / (context + 1);
      const [tokens, targets] = [new Int32Array(windows * context), new Int32Array(windows * context)];
      const counted = new Float32Array(windows * context);
      for (let i = 0; i < tokens.length; i++) {
        const at = i + Math.floor(i / context);
        tokens[i] = drawn![at]! < end ? drawn![at]! : other;
        if (drawn![at + 1]! < end) [targets[i], counted[i]] = [drawn![at + 1]!, 1];
      }
      return { tokens, targets, counted, ...others };
    },
    loss({ config, weights, inputs: { tokens, targets, counted, weight }, memory }) {
      const nats = lossesOf(config, weights, forward(config, weights, tokens!, { memory }), targets!, { memory });
      const sums = tf.sum(tf.mul(tf.reshape(nats, tokens!.shape), counted!), 1);
      const bySequence = tf.div(sums, tf.maximum(tf.sum(counted!, 1), 1));
      const count = tf.sum(counted!);
      const total = tf.sum(weight ? tf.mul(sums, weight) : sums);
      return { loss: tf.div(total, tf.maximum(count, 1)), outputs: { bySequence }, count };
    },
  });
}

const unknownOf = (tokenizer: Tokenizer, given?: number): number =>
  given ?? tokenizer.idOf("<unk>") ?? tokenizer.endOfText;
