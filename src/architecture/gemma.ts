/** Gemma: scaled embeddings, gains kept as what they are above 1, and what the later Gemmas take over. */
import type { ModelConfig } from "../types.js";
import { type Defaults, readBiases, readDecoder, writeBiases, writeDecoder } from "./decoder.js";
import type { Fields } from "./fields.js";
import { llamaPlaces } from "./llama-places.js";
import type { Architecture } from "./types.js";

/**
 * What the Gemmas share. Embeddings are scaled by √width, which `transformers` rounds to the type of the weights, 55.5 for
 * 55.43 in bfloat16; here and there, float32 weights have it unrounded.
 */
export function readGemma(fields: Fields, gelu: Defaults["gelu"], kvHeads?: number): ModelConfig {
  fields.expect("use_bidirectional_attention", false);
  const shape = readDecoder(fields, { headWidth: 256, tied: true, gelu, ...(kvHeads !== undefined && { kvHeads }) });
  return { ...shape, onePlusGain: true, embeddingScale: Math.sqrt(shape.width), ...readBiases(fields) };
}

export const gemma: Architecture = {
  summary: "Gemma 1 and CodeGemma: scaled embeddings, gains of 1 + w, gated GELU",
  reference: "Gemma Team 2024, https://arxiv.org/abs/2403.08295",
  class: "GemmaForCausalLM",
  read: (fields) => readGemma(fields, "hidden_act"),
  write: (config) => ({ ...writeDecoder(config), ...writeBiases(config) }),
  places: llamaPlaces,
};
