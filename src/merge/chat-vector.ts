/**
 * The chat vector (Huang et al. 2023, https://arxiv.org/abs/2310.04799): what instruction tuning added to a model is added to
 * the same model after it went on to learn a language: adapted + scale · (chat − before). The adapted model is the base of
 * the merge, `models` are the chat model and the one that it was tuned from.
 */
import { made } from "../registry.js";
import type { MergeMethod } from "./types.js";
import { finite, named } from "./weights.js";

export interface ChatVectorOptions {
  /** Defaults to 1. */
  scale?: number;
}

export function chatVector({ scale = 1 }: ChatVectorOptions = {}): MergeMethod {
  finite("chat-vector", "scale", scale);
  return made({
    ...named("chat-vector", { scale }),
    models: { least: 2, most: 2 },
    fromBase: true,
    begin: () => (inputs, out) => {
      const [adapted, chat, before] = inputs as [Float32Array, Float32Array, Float32Array];
      for (let i = 0; i < out.length; i++) out[i] = adapted[i]! + scale * (chat[i]! - before[i]!);
    },
  });
}
