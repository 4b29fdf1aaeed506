/** OLMo 2: nothing is normed before attention or feed-forward, but what comes out of them. */
import { readBiases, readDecoder, writeBiases, writeDecoder } from "./decoder.js";
import { llamaPlaces } from "./llama-places.js";
import type { Architecture } from "./types.js";

export const olmo2: Architecture = {
  summary: "OLMo 2: norms after each half of a layer, and of all queries and all keys at once",
  reference: "OLMo Team 2024, https://arxiv.org/abs/2501.00656",
  class: "Olmo2ForCausalLM",
  read: (fields) => ({
    ...readDecoder(fields, { normEps: 1e-5 }),
    normAt: "post",
    qkNorm: "row",
    ...readBiases(fields),
  }),
  write: (config) => ({ ...writeDecoder(config), ...writeBiases(config) }),
  places: llamaPlaces,
};
