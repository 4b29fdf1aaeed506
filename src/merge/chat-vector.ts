/**
 * The chat vector (Huang et al. 2023, https://arxiv.org/abs/2310.04799): what instruction tuning added to a model is added to
 * the same model after it went on to learn a language: adapted + scale · (chat − before). The adapted model is the base of
 * the merge, `models` are the chat model and the one that it was tuned from. The same with what CPT of a base lacks of its
 * tuned model is the instruction residual (Jindal et al. 2024, https://arxiv.org/abs/2410.10739).
 */
import { made } from "../registry.js";
import { checkRows, type Rows, rowsOf } from "./chat-rows.js";
import type { MergeMethod } from "./types.js";
import { finite, named } from "./weights.js";

export interface ChatVectorOptions {
  /** Defaults to 1. */
  scale?: number;
  /**
   * Which rows of the tables it is added to: of "old" tokens, which all three have (the default), of "special" or all "added" ones alone,
   * or "none", where the adapted model's tables have gone a way of their own. Tokens that only the chat model has keep its rows.
   */
  rows?: Rows;
}

export function chatVector({ scale = 1, rows = "old" }: ChatVectorOptions = {}): MergeMethod {
  finite("chat-vector", "scale", scale);
  checkRows("chat-vector", "rows", rows);
  return made({
    ...named("chat-vector", { scale, ...(rows !== "old" && { rows }) }),
    models: { least: 2, most: 2 },
    fromBase: true,
    roles: ["adapted model", "chat model", "model that it was tuned from"],
    ids: (shared, [chat], tokenizer) => rowsOf(rows, shared, chat!, tokenizer),
    begin: () => (inputs, out) => {
      const [adapted, chat, before] = inputs as [Float32Array, Float32Array, Float32Array];
      for (let i = 0; i < out.length; i++) out[i] = adapted[i]! + scale * (chat[i]! - before[i]!);
    },
  });
}
