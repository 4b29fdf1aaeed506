/**
 * Self-distillation for further pre-training (Lee et al. 2023, https://arxiv.org/abs/2210.02871): the base is first trained
 * further on the new text, as a run of its own; then the base begins again, and learns the new text and to be in the states
 * that the first run's model is in. Give the first run's model folder as the teacher. What is compared are the states that
 * the head reads, by the mean square of their difference over their width, or predictions by the forward divergence. One
 * round, at the cost of two runs; an update that compares states takes 1.25 times as long as the next token's alone (measured
 * as in `kl.ts`), and the memory of the teacher's weights.
 */
import * as tf from "../../../tensors.js";
import * as z from "zod";
import { forward, lossesOf } from "../../../model/index.js";
import type { Objective } from "../objective.js";
import { checkWeights, predictions, taught, type TaughtOptions, taughtOptions, type TermsOptions } from "./taught.js";
import { BASE } from "./teacher.js";

export interface SelfDistillationOptions extends TaughtOptions {
  /** Defaults to "states". */
  compare?: "states" | "predictions";
}

export const selfDistillationOptions = z.strictObject({
  ...taughtOptions,
  compare: z.enum(["states", "predictions"]).optional(),
});

export function selfDistillation(options: SelfDistillationOptions = {}): Objective {
  const { teacher = BASE, weight = 1, on, compare = "states" } = options;
  checkWeights("selfDistillation", { weight });
  if (compare !== "states" && compare !== "predictions")
    throw new Error(`selfDistillation: invalid compare: ${String(compare)} (states or predictions)`);
  return taught({
    name: "self-distillation",
    options: { teacher, weight, on, compare },
    weights: () => ({ crossEntropy: 1, taught: weight }),
    refuse: ({ config: { width } }, student) =>
      compare === "states" && width !== student.width
        ? `its states are ${width} wide, the model's ${student.width}: compare predictions`
        : undefined,
    ...(compare === "states" ? { terms: byStates } : predictions({ temperature: 1, direction: "forward" })),
  });
}

function byStates({ config, weights, tokens, targets, teacher, theirs, read, memory }: TermsOptions) {
  const states = forward(config, weights, tokens, { memory });
  const wanted = forward(teacher.config, theirs, read);
  return {
    crossEntropy: lossesOf(config, weights, states, targets, { memory }),
    taught: squares(states, wanted),
  };
}

/** Of rows, over their width. */
export const squares = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.mean(tf.squaredDifference(a, b), 1);
