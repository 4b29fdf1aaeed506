/** Qwen 3: queries and keys are normed by head before they turn; a head is 128 wide unless config.json says else. */
import { readBiases, writeBiases } from "./decoder.js";
import { llamaPlaces } from "./llama-places.js";
import { readQwen, writeQwen } from "./qwen2.js";
import type { Architecture } from "./types.js";

export const qwen3: Architecture = {
  summary: "Qwen 3, dense: norms of queries and keys by head",
  reference: "Yang et al. 2025, https://arxiv.org/abs/2505.09388",
  class: "Qwen3ForCausalLM",
  read: (fields) => ({ ...readQwen(fields, { headWidth: 128 }), qkNorm: "head", ...readBiases(fields) }),
  write: (config) => ({ ...writeQwen(config), ...writeBiases(config) }),
  places: llamaPlaces,
};
