import { layerTypes, readDecoder, windowFields, windowOf, windowsOf, writeDecoder } from "./decoder.js";
import { llamaPlaces } from "./llama-places.js";
import type { Architecture } from "./types.js";

export const qwen3: Architecture = {
  summary: "Qwen 3, dense: norms of queries and keys by head",
  reference: "Yang et al. 2025, https://arxiv.org/abs/2505.09388",
  class: "Qwen3ForCausalLM",
  read(fields) {
    const shape = readDecoder(fields, { headWidth: 128, kvHeads: 32 });
    const windowed = fields.flag("use_sliding_window", false);
    const first = fields.number("max_window_layers", 28);
    const windows = windowed ? windowsOf(fields, shape.layers, (layer) => layer >= first) : [];
    return {
      ...shape,
      qkNorm: "head",
      ...(fields.flag("attention_bias", false) && { biases: ["q", "k", "v", "o"] }),
      ...windowFields(windows, fields.number("sliding_window", 4096)),
    };
  },
  write: (config) => ({
    ...writeDecoder(config),
    attention_bias: config.biases?.includes("q") ?? false,
    use_sliding_window: windowOf(config) !== null,
    sliding_window: windowOf(config),
    layer_types: layerTypes(config),
  }),
  places: llamaPlaces,
};
