/**
 * Cross-lingual optimisation (Lee et al. 2025, https://arxiv.org/abs/2505.14297): DPO on pairs whose answers say the same in
 * two languages, where the chosen one is in the prompt's own (`corpus.crossLingualPairs`), and in the target language the chosen
 * answer's own loss besides. Domains of a run say which language a prompt is in. In the paper attention
 * alone is trained (`trainable: "attention"`); how the terms are weighted we have not from it: each counts 1.
 */
import * as z from "zod";
import type { Objective } from "../objective.js";
import { byRatio } from "./dpo.js";
import { preference } from "./preference.js";
import { checkPositive, checkWeights } from "./taught.js";
import { BASE, teacherOption } from "./teacher.js";

export interface CloOptions {
  /** Domains whose prompts are in the target language. */
  target: string[];
  /** As in `dpo`; defaults to 0.1. */
  beta?: number;
  /** Of the chosen answer's own loss, a mean over its tokens; defaults to 1. */
  weight?: number;
  /** As in `dpo`; defaults to "base". */
  reference?: string;
}

export const cloOptions = z.strictObject({
  target: z.array(z.string().min(1)).min(1),
  beta: z.number().gt(0).optional(),
  weight: z.number().min(0).optional(),
  reference: teacherOption.optional(),
});

export function clo({ target, beta = 0.1, weight = 1, reference = BASE }: CloOptions): Objective {
  checkPositive("clo", { beta });
  checkWeights("clo", { weight });
  if (!(Array.isArray(target) && target.length > 0))
    throw new Error(`clo: invalid target: ${String(target)} (names of the domains in the target language)`);
  return preference({
    name: "clo",
    options: { target, beta, weight, reference },
    answers: { weight, on: target },
    of: byRatio({ beta, of: "sums" }),
  });
}
