/**
 * Token selection (Lin et al. 2024, Rho-1, https://arxiv.org/abs/2404.07965): the next token, of those tokens alone whose loss
 * is most above a reference's, which is a model trained on text of the kind that is wanted. What the reference cannot predict
 * either is noise and stays out; so does what is learned already. Of each batch the `share` of its tokens with the highest excess
 * loss count, and whatever ties with the last of them: where the reference is the model itself, that is all. Every token is
 * still read, so that an update takes 1.3 times as long as the next token's alone (measured as in `kl.ts`); of several batches of
 * an update each selects its own.
 */
import * as tf from "../../../tensors.js";
import * as z from "zod";
import { detached, topK } from "../../../engine/index.js";
import { losses } from "../../../model/index.js";
import { made } from "../../../registry.js";
import { check } from "../checks.js";
import type { Objective } from "../objective.js";
import { referenceOf } from "./reference.js";
import { BASE, teacherOption } from "./teacher.js";

export interface SelectOptions {
  /** A model's folder, relative to the recipe's own; defaults to "base", the model that the run begins from. */
  reference?: string;
  /** Of a batch's tokens that count; defaults to 0.6. */
  share?: number;
}

export const selectOptions = z.strictObject({
  reference: teacherOption.optional(),
  share: z.number().gt(0).max(1).optional(),
});

export function select({ reference = BASE, share = 0.6 }: SelectOptions = {}): Objective {
  check("select", "share", share, share > 0 && share <= 1);
  const named = referenceOf("select", reference);
  return made<Objective>({
    name: "select",
    options: { reference, share },
    logits: 5,
    check({ config }) {
      if (config.encoder) throw new Error("select: invalid model: an encoder (it learns by masked)");
    },
    written: () => ({ name: "select", reference, share, ...named.written() }),
    begin(at) {
      const frozen = named.begin(at);
      return {
        fixed: frozen.fixed,
        notes: { reference: frozen.told },
        inputs({ batch, context, weighted }) {
          frozen.check(context);
          return {
            tokens: { shape: [batch, context + 1], dtype: "int32" },
            ...(weighted && { weight: { shape: [batch], dtype: "float32" } }),
          };
        },
        loss({ config, weights, state, inputs: { tokens, weight }, memory }) {
          const batch = tokens!.shape[0]!;
          const nats = losses(config, weights, tokens!, { memory });
          const excess = detached(() => tf.sub(nats, frozen.losses(state, tokens!, memory)));
          const kept = detached(() => highest(excess, share));
          const sums = tf.sum(tf.reshape(tf.mul(nats, kept), [batch, -1]), 1);
          const count = tf.sum(kept);
          return {
            loss: tf.div(tf.sum(weight ? tf.mul(sums, weight) : sums), count),
            count,
            outputs: {
              bySequence: tf.mean(tf.reshape(nats, [batch, -1]), 1),
              all: tf.mean(nats),
              excess: tf.mean(excess),
              selected: tf.mean(kept),
            },
          };
        },
      };
    },
  });
}

/** x [n] → 1 where it is among the highest `share`, ties with the last included, else 0, [n]. */
export function highest(x: tf.Tensor, share: number): tf.Tensor {
  const [n] = x.shape as [number];
  const k = Math.max(1, Math.round(share * n));
  const { values } = topK(tf.reshape(x, [1, n]), k);
  return tf.cast(tf.greaterEqual(x, tf.reshape(tf.slice(values, [0, k - 1], [1, 1]), [1])), "float32");
}
