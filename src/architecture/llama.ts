/** Llama, the kind that the others are told by: biases only where config.json asks for them. */
import { readBiases, readDecoder, writeBiases, writeDecoder } from "./decoder.js";
import { llamaPlaces } from "./llama-places.js";
import type { Architecture } from "./types.js";

export const llama: Architecture = {
  summary: "Llama 1 to 3 and what shares their shape: SmolLM, TinyLlama, Yi, DeepSeek's dense models",
  reference:
    "Touvron et al. 2023, https://arxiv.org/abs/2302.13971; Grattafiori et al. 2024, https://arxiv.org/abs/2407.21783",
  class: "LlamaForCausalLM",
  read: (fields) => ({ ...readDecoder(fields), ...readBiases(fields) }),
  write: (config) => ({ ...writeDecoder(config), ...writeBiases(config) }),
  places: llamaPlaces,
};
