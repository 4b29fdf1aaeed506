/** Gemma 2: norms on both sides, caps, and layers that take turns between a window and all tokens. */
import type { ModelConfig } from "../types.js";
import { writeBiases, writeDecoder } from "./decoder.js";
import type { Fields } from "./fields.js";
import { readGemma } from "./gemma.js";
import { layerFields, windowed, writeWindow } from "./layers.js";
import { llamaPlaces } from "./llama-places.js";
import type { Architecture } from "./types.js";

/** Norms before and after each half of a layer, and scores scaled by a field. */
export function readGemma2(fields: Fields): ModelConfig {
  const scalar = fields.number("query_pre_attn_scalar", 256);
  return { ...readGemma(fields, "hidden_activation", 4), normAt: "both", scoreScale: scalar ** -0.5 };
}

export function writeGemma2(config: ModelConfig): Record<string, unknown> {
  const decoder = writeDecoder(config);
  return {
    ...decoder,
    hidden_activation: decoder.hidden_act,
    ...writeBiases(config),
    // The twelve digits that a root leaves of a number.
    query_pre_attn_scalar: Number((config.scoreScale! ** -2).toPrecision(12)),
    attn_logit_softcapping: config.scoreCap ?? null,
    final_logit_softcapping: config.logitCap ?? null,
    ...writeWindow(config),
  };
}

export const gemma2: Architecture = {
  summary: "Gemma 2: four norms a layer, capped scores and logits, a window in every other layer",
  reference: "Gemma Team 2024, https://arxiv.org/abs/2408.00118",
  class: "Gemma2ForCausalLM",
  read(fields) {
    const shape = readGemma2(fields);
    const [scoreCap, logitCap] = [
      fields.optional("attn_logit_softcapping", 50),
      fields.optional("final_logit_softcapping", 30),
    ];
    const window = fields.number("sliding_window", 4096);
    const local = windowed(fields, shape.layers, (layer) => layer % 2 === 0);
    return {
      ...shape,
      ...(scoreCap !== undefined && { scoreCap }),
      ...(logitCap !== undefined && { logitCap }),
      ...layerFields(local.map((on) => (on ? { window } : {}))),
    };
  },
  write: writeGemma2,
  places: llamaPlaces,
};
