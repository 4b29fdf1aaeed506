/** Continual pre-training: from a trained model, on a mixture of old and new text. The optimiser's moments begin at zero (Ibrahim et al. 2024). */
import type { Mixture } from "../mixture/index.js";
import type { LanguageModel } from "../types.js";
import type { Run } from "./run/run.js";
import type { Schedule } from "./schedules/index.js";
import { closeShards, encodeTexts, type Texts } from "./text.js";
import type { RunOptions } from "./options.js";
import { train } from "./train.js";

export interface ContinueOptions extends RunOptions {
  /** Text by domain: trained on as the mixture says, scored in every domain. */
  on: Texts;
  mixture: Mixture;
  schedule: Schedule;
  /** UTF-8 bytes of held-out documents to score per domain; defaults to 65536. */
  heldOutBytes?: number;
}

/** Exported as `continue`. The model given is left as it is. */
export async function continueTraining(model: LanguageModel, options: ContinueOptions): Promise<Run> {
  const { on, heldOutBytes, signal, onProgress, name = "continue" } = options;
  const shards = await encodeTexts({ on, tokenizer: model.tokenizer, heldOutBytes, signal, onProgress });
  try {
    return await train({ ...options, name, model, shards });
  } finally {
    closeShards(shards);
  }
}
