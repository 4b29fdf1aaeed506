/**
 * A-GEM (Chaudhry et al. 2019, https://arxiv.org/abs/1812.00420): an update must not go against the old. Each update is fed a
 * batch of old text besides its own, from a stream of its own whose place follows from the step, and the gradient r of its mean
 * loss (nats per token, next token) is the reference. Where the update's gradient g has a negative product with it,
 *
 *     g − (g · r / r · r) r
 *
 * is what the optimiser gets. What an optimiser such as AdamW makes of that may still go against r, for it divides number by
 * number: with `of: "update"` it is the change of the leaves, decay included, that is projected, and the gradient is left alone.
 * It costs a forward and a backward pass of as many sequences as the reference has: with as many as the batch an update takes
 * twice as long (at 3 M parameters and 1024 tokens).
 */
import * as tf from "../../../tensors.js";
import type { Tensors } from "../../../engine/index.js";
import { losses } from "../../../model/index.js";
import { made } from "../../../registry.js";
import { probes } from "../../probes.js";
import type { Part } from "../types.js";

export const projected = ["gradient", "update"] as const;

export interface AgemOptions {
  /** The old domains; windows come from them in turn. */
  on: string[];
  /** Sequences of the reference; defaults to the run's batch. */
  batch?: number;
  /** What is projected; defaults to "gradient", the paper's. */
  of?: (typeof projected)[number];
}

/** Columns of the steps: `agem_cosine` of gradient and reference, `agem_projected`, 1 where there was a projection and 0 where not. */
export function agem({ on, batch, of = "gradient" }: AgemOptions): Part {
  if (on.length === 0) throw new Error("agem: invalid on: no domain (name those with old text)");
  if (batch !== undefined && !(Number.isInteger(batch) && batch >= 1))
    throw new Error(`agem: invalid batch: ${batch} (a whole number from 1)`);
  if (!projected.includes(of)) throw new Error(`agem: invalid of: ${of} (one of ${projected.join(", ")})`);
  return made({
    name: "agem",
    options: { on, batch, of },
    begin({ config, leaves, shards, seed, context, batch: runs }) {
      const size = batch ?? runs;
      for (const domain of on)
        if (!shards[domain]?.train) throw new Error(`agem: invalid on: ${domain} (there is no text of it to train on)`);
      const names = Object.keys(leaves.leaves);
      const probe = probes({ shards, context, seed, of: "agem" });
      return {
        inputs: { [TOKENS]: { shape: [size, context + 1], dtype: "int32" } },
        feeds(step) {
          const tokens = new Int32Array(size * (context + 1));
          // Sequence i of all that were ever fed is the domain's whose turn it is.
          for (let row = 0; row < size; row++) {
            const i = (step - 1) * size + row;
            tokens.set(probe(on[i % on.length]!, Math.floor(i / on.length), 1), row * (context + 1));
          }
          return { [TOKENS]: tokens };
        },
        gradients({ gradients, inputs, gradientsOf }) {
          const reference = gradientsOf(({ weights, memory }) =>
            tf.mean(losses(config, weights, inputs[TOKENS]!, { memory })),
          );
          const product = dot(names, gradients, reference);
          const square = dot(names, reference, reference);
          const lengths = tf.sqrt(tf.mul(square, dot(names, gradients, gradients)));
          const outputs = { agem_cosine: tf.div(product, tf.maximum(lengths, SMALLEST)) };
          if (of === "update") return { outputs, kept: { ...reference, [SQUARE]: square } };
          const { instead, projected } = along(gradients, reference, { product, square, side: tf.minimum });
          return { instead, outputs: { ...outputs, agem_projected: projected } };
        },
        ...(of === "update" && {
          update({ state, next, kept }) {
            const change = Object.fromEntries(names.map((name) => [name, tf.sub(next[name]!, state[name]!)]));
            // The loss on old text grows along its gradient.
            const product = dot(names, change, kept);
            const { instead, projected } = along(next, kept, { product, square: kept[SQUARE]!, side: tf.maximum });
            return { instead, outputs: { agem_projected: projected } };
          },
        }),
      };

      /** `tensors` without what is along the reference, where the product with it is on this side of 0. */
      function along(
        tensors: Tensors,
        reference: Tensors,
        { product, square, side }: { product: tf.Tensor; square: tf.Tensor; side: typeof tf.minimum },
      ): { instead: Tensors; projected: tf.Tensor } {
        const wrong = side(product, 0);
        const factor = tf.div(wrong, tf.maximum(square, SMALLEST));
        // A reference that overflowed says nothing; the update's own overflow is the loss scale's to see.
        const known = tf.less(square, LARGEST);
        const instead = names.map((name) => {
          const tensor = tensors[name]!;
          return [name, tf.where(known, tf.sub(tensor, tf.mul(reference[name]!, factor)), tensor)] as const;
        });
        const projected = tf.where(known, tf.abs(tf.sign(wrong)), tf.scalar(0));
        return { instead: Object.fromEntries(instead), projected };
      }
    },
  });
}

const TOKENS = "agem.tokens";
const SQUARE = "agem.square";
/** Instead of 0 / 0 where a gradient is 0. */
const SMALLEST = 1e-30;
/** A square from here on is no number that float32 can tell from overflow. */
const LARGEST = 1e38;

/** Over all leaves together. */
const dot = (names: string[], a: Tensors, b: Tensors): tf.Tensor =>
  tf.addN(names.map((name) => tf.sum(tf.mul(a[name]!, b[name]!))));
