/**
 * Direct preference optimisation (Rafailov et al. 2023, https://arxiv.org/abs/2305.18290): of each pair, with s the sum of the
 * log-probabilities of an answer's tokens,
 *
 *   −log σ(beta · [(s_chosen − s_chosen of the reference) − (s_rejected − s_rejected of the reference)]),
 *
 * which is ln 2 as long as the model is its reference. `of: "means"` takes means over an answer's tokens instead, as TRL's
 * `sigmoid_norm` does; `"ipo"` pulls the difference of those means to 1/(2·beta) by its square (Azar et al. 2023,
 * https://arxiv.org/abs/2310.12036).
 */
import * as tf from "../../../tensors.js";
import * as z from "zod";
import type { Objective } from "../objective.js";
import { type Preference, preference, preferredMore, surprise } from "./preference.js";
import { checkPositive } from "./taught.js";
import { BASE, teacherOption } from "./teacher.js";

export interface DpoOptions {
  /** How little the model may leave its reference; defaults to 0.1. */
  beta?: number;
  /** A model's folder, relative to the recipe's own; defaults to "base", the model that the run begins from. */
  reference?: string;
  /** Defaults to "sums". */
  of?: "sums" | "means" | "ipo";
}

export const dpoOptions = z.strictObject({
  beta: z.number().gt(0).optional(),
  reference: teacherOption.optional(),
  of: z.enum(["sums", "means", "ipo"]).optional(),
});

export function dpo({ beta = 0.1, reference = BASE, of = "sums" }: DpoOptions = {}): Objective {
  checkPositive("dpo", { beta });
  if (!["sums", "means", "ipo"].includes(of)) throw new Error(`dpo: invalid of: ${String(of)} (sums, means or ipo)`);
  return preference({ name: "dpo", options: { beta, reference, of }, of: byRatio({ beta, of }) });
}

export const byRatio =
  ({ beta, of }: Required<Pick<DpoOptions, "beta" | "of">>): Preference["of"] =>
  (policy, reference) => {
    const margin = preferredMore(of === "sums" ? "sum" : "mean", policy, reference!);
    const loss = of === "ipo" ? tf.square(tf.sub(margin, 1 / (2 * beta))) : surprise(tf.mul(margin, beta));
    return { margin, loss };
  };
