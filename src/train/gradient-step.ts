/** Gradients of the mean loss of some windows as numbers on the host, and their products. For what compares gradients. */
import * as tf from "../tensors.js";
import { losses } from "../model/index.js";
import type { LanguageModel } from "../types.js";
import { valueAndGradients } from "./step/differentiate.js";
import { taken } from "./step/rows.js";
import { evaluationStep, type Step } from "./step/step.js";
import type { Leaves } from "./step/types.js";

export interface GradientStepOptions {
  model: LanguageModel;
  leaves: Leaves;
  /** Sequences at once. */
  batch: number;
  context: number;
}

/** Feeds: `tokens`, and what leaves ask for. Gives the gradient of their mean loss by each trained leaf. */
export function gradientStep(options: GradientStepOptions): Step {
  const {
    model: { config },
    leaves,
    batch,
    context,
  } = options;
  const { signature } = evaluationStep({ config, batch, context, leaves });
  return {
    signature,
    fn(state, inputs) {
      const { gradients } = valueAndGradients(Object.keys(leaves.leaves), state, (named) => {
        const live = { ...state, ...named };
        return tf.mean(losses(config, leaves.weights?.(live, inputs) ?? live, inputs.tokens!));
      });
      return { outputs: taken(leaves.rows, gradients) };
    },
  };
}

/** Product of two arrays in double precision, added to `sum`. */
export function dot(a: Float32Array, b: Float32Array, sum = 0): number {
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
