/**
 * Late-to-early training (Zhao et al. 2026, LET, https://arxiv.org/abs/2602.05393): the states after an early layer of the
 * student are turned towards the last ones of a small teacher, by one minus their cosine, with a weight that falls to 0 in a
 * straight line. That the layer is the third and that the cosine is what is compared is from memory. Where widths differ the
 * teacher's states are projected by a fixed random matrix, which keeps angles to about 1/√width: our choice. With a teacher
 * as large as the student an update takes 1.25 times as long as the next token's alone (measured as in `kl.ts`).
 */
import * as tf from "../../../tensors.js";
import * as z from "zod";
import { forward, lossesOf } from "../../../model/index.js";
import { rng } from "../../../rng.js";
import type { Weights } from "../../../types.js";
import { check } from "../checks.js";
import type { Objective } from "../objective.js";
import { checkWeights, taught, type TaughtOptions, taughtOptions, type Terms, type TermsOptions } from "./taught.js";
import { BASE, PREFIX } from "./teacher.js";

export interface LateToEarlyOptions extends TaughtOptions {
  /** After how many layers of the student; defaults to 3, or all where there are fewer. */
  layer?: number;
  /** Share of the run after which the weight is 0, above 0; defaults to 0.5. */
  until?: number;
}

export const lateToEarlyOptions = z.strictObject({
  ...taughtOptions,
  layer: z.int().min(1).optional(),
  until: z.number().gt(0).max(1).optional(),
});

const PROJECTION = `${PREFIX}projection`;

/** `weight` is that of the first update, and defaults to 0.1. */
export function lateToEarly(options: LateToEarlyOptions = {}): Objective {
  const { teacher = BASE, weight = 0.1, on, layer = 3, until = 0.5 } = options;
  checkWeights("lateToEarly", { weight });
  check("lateToEarly", "layer", layer, Number.isInteger(layer) && layer >= 1);
  check("lateToEarly", "until", until, until > 0 && until <= 1);
  return taught({
    name: "late-to-early",
    options: { teacher, weight, on, layer, until },
    weights: (progress) => ({ crossEntropy: 1, taught: weight * Math.max(0, 1 - progress / until) }),
    fixed({ config: { width } }, student): Weights {
      if (width === student.width) return {};
      const random = rng(1).fork("late-to-early");
      const data = Float32Array.from({ length: width * student.width }, () => random.normal() / Math.sqrt(width));
      return { [PROJECTION]: { shape: [width, student.width], data } };
    },
    terms: byAngle(layer),
  });
}

const byAngle =
  (layer: number) =>
  ({ config, weights, state, tokens, targets, teacher, theirs, read, memory }: TermsOptions): Terms => {
    let early: tf.Tensor | undefined;
    const states = forward(config, weights, tokens, {
      memory,
      onLayer: (done, x) => void (done === Math.min(layer, config.layers) && (early = x)),
    });
    const last = forward(teacher.config, theirs, read);
    const projection = state[PROJECTION] as tf.Tensor2D | undefined;
    const wanted = projection ? tf.matMul(last as tf.Tensor2D, projection) : last;
    return {
      crossEntropy: lossesOf(config, weights, states, targets, { memory }),
      taught: tf.sub(1, cosine(early!, wanted)),
    };
  };

/** Of rows. */
export function cosine(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const squares = tf.mul(tf.sum(tf.square(a), 1), tf.sum(tf.square(b), 1));
  return tf.div(tf.sum(tf.mul(a, b), 1), tf.sqrt(tf.maximum(squares, 1e-16)));
}
