/** Mistral: Llama with a window, in all layers or in none, and without biases whatever config.json says. */
import { readDecoder, writeDecoder } from "./decoder.js";
import { llamaPlaces } from "./llama-places.js";
import type { Architecture } from "./types.js";

export const mistral: Architecture = {
  summary: "Mistral 7B and Nemo: Llama with a window in every layer, where config.json gives one",
  reference: "Jiang et al. 2023, https://arxiv.org/abs/2310.06825",
  class: "MistralForCausalLM",
  read(fields) {
    const window = fields.optional("sliding_window", 4096);
    return { ...readDecoder(fields, { kvHeads: 8 }), ...(window !== undefined && { window }) };
  },
  write: (config) => ({ ...writeDecoder(config), sliding_window: config.window ?? null }),
  places: llamaPlaces,
};
