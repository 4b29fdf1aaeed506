/** Qwen 2: biases of queries, keys and values and never of the output; windows only in the upper layers. */
import { type Defaults, readDecoder, writeDecoder } from "./decoder.js";
import type { Fields } from "./fields.js";
import { layerFields, windowed, writeWindow } from "./layers.js";
import { llamaPlaces } from "./llama-places.js";
import type { ModelConfig } from "../types.js";
import type { Architecture } from "./types.js";

/** Qwen 2 and 3 have windows only where asked, and then in the upper layers. */
export function readQwen(fields: Fields, defaults: Defaults = {}): ModelConfig {
  const shape = readDecoder(fields, { kvHeads: 32, ...defaults });
  if (!fields.flag("use_sliding_window", false)) return shape;
  const [window, first] = [fields.optional("sliding_window", 4096), fields.number("max_window_layers", 28)];
  if (window === undefined) return shape;
  const local = windowed(fields, shape.layers, (layer) => layer >= first);
  return { ...shape, ...layerFields(local.map((on) => (on ? { window } : {}))) };
}

export function writeQwen(config: ModelConfig): Record<string, unknown> {
  const window = writeWindow(config);
  return { ...writeDecoder(config), use_sliding_window: window.sliding_window !== null, ...window };
}

export const qwen2: Architecture = {
  summary: "Qwen 2 and 2.5, dense: Llama with biases of queries, keys and values",
  reference: "Yang et al. 2024, https://arxiv.org/abs/2407.10671",
  class: "Qwen2ForCausalLM",
  read: (fields) => ({ ...readQwen(fields), biases: ["q", "k", "v"] }),
  write: writeQwen,
  places: llamaPlaces,
};
