/**
 * Simple preference optimisation (Meng et al. 2024, https://arxiv.org/abs/2405.14734): −log σ(beta · (m_chosen − m_rejected −
 * gammaOverBeta)), with m the mean log-probability of an answer's tokens. No reference. The margin is given in nats a token:
 * TRL's `simpo_gamma` is beta times that.
 */
import * as tf from "../../../tensors.js";
import * as z from "zod";
import type { Objective } from "../objective.js";
import { type Preference, preference, surprise } from "./preference.js";
import { checkPositive, checkWeights } from "./taught.js";

export interface SimpoOptions {
  /** Defaults to 2. */
  beta?: number;
  /** Nats a token by which the chosen answer should be ahead; defaults to 0.5. */
  gammaOverBeta?: number;
}

export const simpoOptions = z.strictObject({
  beta: z.number().gt(0).optional(),
  gammaOverBeta: z.number().min(0).optional(),
});

export function simpo({ beta = 2, gammaOverBeta = 0.5 }: SimpoOptions = {}): Objective {
  checkPositive("simpo", { beta });
  checkWeights("simpo", { gammaOverBeta });
  return preference({ name: "simpo", options: { beta, gammaOverBeta }, of: byMean({ beta, gammaOverBeta }) });
}

export const byMean =
  ({ beta, gammaOverBeta }: Required<SimpoOptions>): Preference["of"] =>
  ({ chosen, rejected }) => {
    const margin = tf.sub(chosen.mean, rejected.mean);
    return { margin, loss: surprise(tf.mul(tf.sub(margin, gammaOverBeta), beta)) };
  };
