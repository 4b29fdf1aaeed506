/**
 * Odds-ratio preference optimisation (Hong et al. 2024, https://arxiv.org/abs/2403.07691): the chosen answer's own loss, and
 * lambda times −log σ of the difference of both answers' log-odds. The odds are p/(1 − p) of p = exp(m), with m the mean
 * log-probability of an answer's tokens. No reference. TRL takes the first term over the prompt too; here it is the answer's.
 */
import * as tf from "../../../tensors.js";
import * as z from "zod";
import type { Objective } from "../objective.js";
import { type Answers, type Preference, preference, surprise } from "./preference.js";
import { checkWeights } from "./taught.js";

export interface OrpoOptions {
  /** Of the odds, where the chosen answer's loss counts 1; defaults to 0.1. */
  lambda?: number;
}

export const orpoOptions = z.strictObject({ lambda: z.number().min(0).optional() });

/** What is left of a probability is at least this. */
const LEAST = 1e-6;

const logOdds = ({ mean }: Answers): tf.Tensor => tf.sub(mean, tf.log(tf.maximum(tf.sub(1, tf.exp(mean)), LEAST)));

export function orpo({ lambda = 0.1 }: OrpoOptions = {}): Objective {
  checkWeights("orpo", { lambda });
  return preference({ name: "orpo", options: { lambda }, answers: { weight: 1 }, of: byOdds(lambda) });
}

export const byOdds =
  (lambda: number): Preference["of"] =>
  ({ chosen, rejected }) => {
    const margin = tf.sub(logOdds(chosen), logOdds(rejected));
    return { margin, loss: tf.mul(surprise(margin), lambda) };
  };
