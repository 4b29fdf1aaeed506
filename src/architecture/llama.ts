import { readDecoder, writeDecoder } from "./decoder.js";
import { llamaPlaces } from "./llama-places.js";
import type { Architecture } from "./types.js";

const attention = ["q", "k", "v", "o"] as const;
const feedForward = ["gate", "up", "down"] as const;

export const llama: Architecture = {
  summary: "Llama 1 to 3 and what shares their shape: SmolLM, TinyLlama, Yi, DeepSeek's dense models",
  reference:
    "Touvron et al. 2023, https://arxiv.org/abs/2302.13971; Grattafiori et al. 2024, https://arxiv.org/abs/2407.21783",
  class: "LlamaForCausalLM",
  read(fields) {
    const biases = [
      ...(fields.flag("attention_bias", false) ? attention : []),
      ...(fields.flag("mlp_bias", false) ? feedForward : []),
    ];
    return { ...readDecoder(fields), ...(biases.length > 0 && { biases }) };
  },
  write: (config) => ({
    ...writeDecoder(config),
    attention_bias: config.biases?.includes("q") ?? false,
    mlp_bias: config.biases?.includes("gate") ?? false,
  }),
  places: llamaPlaces,
};
