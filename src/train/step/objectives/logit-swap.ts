/**
 * Self-distillation with logits swapped (Jiang et al. 2024, Mix-CPT, https://arxiv.org/abs/2407.10804): in the base's
 * prediction the logit of its first choice and that of the right token change places, so that it knows what is right and is
 * as sure as it was; the forward divergence from that is added to the cross-entropy, or stands in its place. Where the right
 * token is new, and the base has none, it does not count. The default weight, 0.3, is a re-implementation's; the paper's is
 * not known to us. An update takes 1.85 times as long as the next token's alone (measured as in `kl.ts`).
 */
import * as z from "zod";
import type { Objective } from "../objective.js";
import { checkPositive, checkWeights, predictions, taught, type TaughtOptions, taughtOptions } from "./taught.js";
import { BASE } from "./teacher.js";

export interface LogitSwapOptions extends TaughtOptions {
  /** Of the next token's own loss; 0 puts the divergence in its place. Defaults to 1. */
  crossEntropy?: number;
  /** Defaults to 1. */
  temperature?: number;
}

export const logitSwapOptions = z.strictObject({
  ...taughtOptions,
  crossEntropy: z.number().min(0).optional(),
  temperature: z.number().gt(0).optional(),
});

export function logitSwap(options: LogitSwapOptions = {}): Objective {
  const { teacher = BASE, weight = 0.3, on, crossEntropy = 1, temperature = 1 } = options;
  checkWeights("logitSwap", { weight, crossEntropy });
  checkPositive("logitSwap", { temperature });
  return taught({
    name: "logit-swap",
    options: { teacher, weight, on, crossEntropy, temperature },
    weights: () => ({ crossEntropy, taught: weight }),
    ...predictions({ temperature, direction: "forward", swap: true }),
    gold: true,
  });
}
