/**
 * Learning without forgetting (Li and Hoiem 2016, https://arxiv.org/abs/1606.09282), as Avalanche's plug-in has it: the next
 * token, and the forward divergence from the base's prediction on the same, new text, at temperature 2 and without the factor
 * temperature². It is `kl` with these defaults.
 */
import * as z from "zod";
import type { Objective } from "../objective.js";
import { checkPositive, checkWeights, predictions, taught, type TaughtOptions, taughtOptions } from "./taught.js";
import { BASE } from "./teacher.js";

export interface LwfOptions extends TaughtOptions {
  /** What the logits of both are divided by in the divergence; defaults to 2. */
  temperature?: number;
}

export const lwfOptions = z.strictObject({ ...taughtOptions, temperature: z.number().gt(0).optional() });

export function lwf({ teacher = BASE, weight = 1, on, temperature = 2 }: LwfOptions = {}): Objective {
  checkWeights("lwf", { weight });
  checkPositive("lwf", { temperature });
  return taught({
    name: "lwf",
    options: { teacher, weight, on, temperature },
    weights: () => ({ crossEntropy: 1, taught: weight }),
    ...predictions({ temperature, direction: "forward" }),
  });
}
