/**
 * AdamW with global-norm clipping as a function of tensors, meant to be traced into one graph: every op on a weight is a
 * pass over memory, so the formula is arranged to need twelve of them, and everything that depends on the step's number
 * (rate, decay, bias correction) arrives as three scalars computed on the host in double precision.
 * Not a class and not a TensorFlow.js optimiser. Adam: Kingma & Ba 2015; decoupled decay: Loshchilov & Hutter 2019.
 *
 * Small weights share one pair of moments, laid end to end: their updates are then a dozen operators together and not a dozen
 * each, which is 2 to 8 % of a step at 0.1 to 3 M parameters; larger ones are faster alone.
 *
 * With u = (1 - b1) c g, where c is the clip factor, the first moment is m = b1 m + u as everywhere; the second is kept as
 * w = b2 w + u², that is v (1 - b1)² / (1 - b2), so that g is scaled only once. `second` below undoes that factor.
 */
import * as tf from "../../../tensors.js";
import type { Tensors } from "../../../engine/index.js";
import { made } from "../../../registry.js";
import type { NdArray } from "../../../types.js";
import { check, checked, checkStep } from "../checks.js";
import { clipped, globalNorm, groupsOf, join, type Move, moved, slotsFor } from "./groups.js";
import { checkMoments, type KeptMoments, momentIn, momentsSaid } from "./moments.js";
import { type Rates, ratesOf } from "../roles.js";
import type { Optimiser } from "../types.js";

export interface AdamWOptions {
  /** Decay rates of the two moments; defaults to [0.9, 0.95]. */
  betas?: [number, number];
  /** Added to the root of the second moment; defaults to 1e-8. */
  epsilon?: number;
  /** Decoupled decay of matrices, none on norms and biases; defaults to 0.1. */
  weightDecay?: number;
  /** Largest global norm of the gradient; defaults to 1, Infinity or "none" turns clipping off. */
  clip?: number | "none";
  /** Factors of the learning rate, and so of decay, e.g. `{ embedding: 0.1 }`; defaults to 1 everywhere. */
  rates?: Rates;
  /**
   * What the moments are kept in: "float32", 8 bytes a weight; "bfloat16", 4; "8-bit", 2, by codes in blocks (`moments.ts`). What is
   * computed is float32 always, so that bfloat16 makes checkpoints smaller and the peak of a process hardly. Defaults to "float32".
   */
  moments?: KeptMoments;
}

export interface AdamW extends Optimiser {
  scalars(step: number, learningRate: number): { rate: Float32Array; keep: Float32Array; floor: Float32Array };
  /** What PyTorch calls `exp_avg_sq`, from what is stored here. */
  second(stored: NdArray): NdArray;
}

const firstMoment = (group: string): string => `adamw.first.${group}`;
const secondMoment = (group: string): string => `adamw.second.${group}`;

export function adamw(options: AdamWOptions = {}): AdamW {
  const { betas = [0.9, 0.95], epsilon = 1e-8, weightDecay = 0.1, moments = "float32" } = options;
  const [b1, b2] = betas;
  const [firsts, seconds] = [momentIn(moments, "any"), momentIn(moments, "positive")];
  const { clip, clipSaid } = checked("adamw", { ...options, betas, weightDecay });
  check("adamw", "epsilon", epsilon, epsilon > 0 && epsilon < Infinity);
  checkMoments("adamw", moments);
  const rates = ratesOf("adamw", options.rates);
  const shrink = (1 - b1) / Math.sqrt(1 - b2);

  return made({
    name: "adamw",
    options: { betas, epsilon, weightDecay, clip: clipSaid, ...(rates && { rates }), ...momentsSaid(moments) },
    scalars(step, learningRate) {
      checkStep("adamw", step);
      // The textbook's root of v over its correction, divided by `shrink` to be a root of w; the same factor then scales the rate.
      const correction = Math.sqrt(1 - b2 ** step) * shrink;
      return {
        rate: Float32Array.of((learningRate * correction) / (1 - b1 ** step)),
        keep: Float32Array.of(1 - learningRate * weightDecay),
        floor: Float32Array.of(epsilon * correction),
      };
    },
    slots: (leaves, own) =>
      slotsFor(leaves, own, (group, shape) => ({
        ...firsts.slots(firstMoment(group), shape),
        ...seconds.slots(secondMoment(group), shape),
      })),
    update(state, gradients, scalars, { leaves, own = {}, norm: given } = {}) {
      const groups = Object.entries(groupsOf(gradients, Object.keys(own), leaves));
      const joined = groups.map(([, names]) => join(names.map((name) => gradients[name]!)));
      const norm = given ?? globalNorm(joined);
      const scale = clipped(norm, clip, 1 - b1);
      const next: Tensors = {};
      groups.forEach(([group, names], i) => {
        const { rate, keep, floor } = (own[group] ?? scalars) as { rate: tf.Tensor; keep: tf.Tensor; floor: tf.Tensor };
        const gradient = joined[i]!;
        const { shape } = gradient;
        const before = [
          firsts.read(state, firstMoment(group), shape),
          seconds.read(state, secondMoment(group), shape),
        ] as const;
        const towards: Move["towards"] = (g, [m, w]) => {
          const u = tf.mul(g, scale);
          const first = tf.add(tf.mul(m!, b1), u);
          const second = tf.add(tf.mul(w!, b2), tf.mul(u, u));
          return { direction: tf.div(first, tf.add(tf.sqrt(second), floor)), moments: [first, second] };
        };
        const kept = weightDecay > 0 ? keep : undefined;
        const after = moved({ names, state, gradient, moments: [...before], towards, rate, keep: kept, rates, leaves });
        const [first, second] = after.moments;
        Object.assign(next, after.next);
        Object.assign(next, firsts.write(firstMoment(group), first!), seconds.write(secondMoment(group), second!));
      });
      return { state: next, norm };
    },
    second({ shape, data }) {
      return { shape: [...shape], data: data.map((value) => value / (shrink * shrink)) };
    },
  });
}
