/**
 * The next token where it counts: Σ w · nats / Σ w over all of an update's batches, with the weights that the text's marks give its
 * tokens (`corpus/shards/marks.ts`): answers and not their prompts, as a rule. Each batch divided by its own sum instead would let a
 * token of a short answer count more the fewer stand beside it (https://github.com/huggingface/transformers/pull/34191). Where text
 * has no marks every token counts 1, so that plain text can be mixed in.
 */
import * as z from "zod";
import { answerLoss } from "../../evaluators/answer-loss.js";
import type { Objective, RunningObjective } from "../objective.js";
import { documentsOptions, type DocumentsOptions, documentsSaid, seenOf, withDocuments } from "./documents.js";
import { windowed } from "./windowed.js";

export interface AnswersOptions extends DocumentsOptions {
  /**
   * What the loss is a mean over: "tokens", or "sequences", where each document of a window counts the same that has a token
   * that counts. Defaults to "tokens".
   */
  mean?: "tokens" | "sequences";
}
/** Shape of the same in a recipe. */
export const answersOptions = z.strictObject({ mean: z.enum(["tokens", "sequences"]).optional(), ...documentsOptions });

export function answers({ mean = "tokens", ...options }: AnswersOptions = {}): Objective & RunningObjective {
  if (mean !== "tokens" && mean !== "sequences")
    throw new Error(`answers: invalid mean: ${String(mean)} (tokens or sequences)`);
  const said = documentsSaid("answers", options);
  return windowed({
    name: "answers",
    options: { ...(mean === "sequences" && { mean }), ...said },
    windows: {
      reads: ["weights", "documents"],
      sees: seenOf(said),
      of(drawn) {
        const { weights, ...seen } = withDocuments(drawn, said, drawn.weights);
        const counts = mean === "tokens" ? weights : sharedOut(weights, drawn.documents!);
        return { tokens: drawn.tokens, weights: counts, ...seen };
      },
    },
    evaluator: () => answerLoss({ beside: true }),
  });
}

/** Weights that add up to 1 in every document of a window that has any. */
function sharedOut(weights: Float32Array, documents: Int32Array): Float32Array {
  const sums = new Map<number, number>();
  weights.forEach((weight, i) => sums.set(documents[i + 1]!, (sums.get(documents[i + 1]!) ?? 0) + weight));
  return weights.map((weight, i) => (weight > 0 ? weight / sums.get(documents[i + 1]!)! : 0));
}
