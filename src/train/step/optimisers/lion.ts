/**
 * Lion (Chen et al. 2023, https://arxiv.org/abs/2302.06675, algorithm 2): the sign of an interpolation between momentum and
 * gradient, so that every number moves by the rate; one moment instead of two. With g clipped by the global norm:
 * w = (1 − ηλ) w − η sign(b1 m + (1 − b1) g), then m = b2 m + (1 − b2) g.
 *
 * The authors take rates 3 to 10 times smaller than AdamW's and decay as much larger, so that their product stays.
 */
import * as tf from "../../../tensors.js";
import type { Tensors } from "../../../engine/index.js";
import { made } from "../../../registry.js";
import { checked, checkStep } from "../checks.js";
import { clipped, globalNorm, groupsOf, join, moved, slotsFor } from "./groups.js";
import { checkMoments, type KeptMoments, momentIn, momentsSaid } from "./moments.js";
import { type Rates, ratesOf } from "../roles.js";
import type { Optimiser } from "../types.js";

export interface LionOptions {
  /** Of the interpolation and of the momentum; defaults to [0.9, 0.99]. */
  betas?: [number, number];
  /** Decoupled decay of matrices, none on norms and biases; defaults to 1, ten times AdamW's here. */
  weightDecay?: number;
  /** Largest global norm of the gradient; defaults to 1, Infinity or "none" turns clipping off. */
  clip?: number | "none";
  /** Factors of the learning rate, and so of decay, e.g. `{ embedding: 0.1 }`; defaults to 1 everywhere. */
  rates?: Rates;
  /** What the momentum is kept in, as AdamW's are. Defaults to "float32". */
  moments?: KeptMoments;
}

const momentum = (group: string): string => `lion.momentum.${group}`;

export function lion(options: LionOptions = {}): Optimiser {
  const { betas = [0.9, 0.99], weightDecay = 1, moments = "float32" } = options;
  const [b1, b2] = betas;
  const kept = momentIn(moments, "any");
  const { clip, clipSaid } = checked("lion", { ...options, betas, weightDecay });
  checkMoments("lion", moments);
  const rates = ratesOf("lion", options.rates);
  return made({
    name: "lion",
    options: { betas, weightDecay, clip: clipSaid, ...(rates && { rates }), ...momentsSaid(moments) },
    scalars(step, learningRate) {
      checkStep("lion", step);
      return { rate: Float32Array.of(learningRate), keep: Float32Array.of(1 - learningRate * weightDecay) };
    },
    slots: (leaves, own) => slotsFor(leaves, own, (group, shape) => kept.slots(momentum(group), shape)),
    update(state, gradients, scalars, { leaves, own = {}, norm: given } = {}) {
      const groups = Object.entries(groupsOf(gradients, Object.keys(own), leaves));
      const joined = groups.map(([, names]) => join(names.map((name) => gradients[name]!)));
      const norm = given ?? globalNorm(joined);
      const [share, rest] = [clipped(norm, clip, 1 - b1), clipped(norm, clip, 1 - b2)];
      const next: Tensors = {};
      groups.forEach(([group, names], i) => {
        const { rate, keep } = (own[group] ?? scalars) as { rate: tf.Tensor; keep: tf.Tensor };
        const gradient = joined[i]!;
        const left = weightDecay > 0 ? keep : undefined;
        const after = moved({
          names,
          state,
          gradient,
          moments: [kept.read(state, momentum(group), gradient.shape)],
          towards: (g, [m]) => ({
            direction: tf.sign(tf.add(tf.mul(m!, b1), tf.mul(g, share))),
            moments: [tf.add(tf.mul(m!, b2), tf.mul(g, rest))],
          }),
          rate,
          keep: left,
          rates,
          leaves,
        });
        Object.assign(next, after.next, kept.write(momentum(group), after.moments[0]!));
      });
      return { state: next, norm };
    },
  });
}
