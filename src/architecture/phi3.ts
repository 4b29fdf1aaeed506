/** Phi 3: Llama with fused matrices, part of each head turned, and long windows by LongRoPE. */
import { headWidthOf } from "./check.js";
import { readDecoder, writeDecoder } from "./decoder.js";
import { fieldsOf } from "./fields.js";
import { builder } from "./slots.js";
import type { Architecture } from "./types.js";

export const phi3: Architecture = {
  summary: "Phi 3 and 4: Llama with queries, keys and values kept as one tensor, and gate and up as another",
  reference: "Abdin et al. 2024, https://arxiv.org/abs/2404.14219",
  class: "Phi3ForCausalLM",
  read({ json }) {
    const fields = fieldsOf({ original_max_position_embeddings: 4096, ...json });
    const window = fields.optional("sliding_window");
    return { ...readDecoder(fields, { normEps: 1e-5 }), ...(window !== undefined && { window }) };
  },
  write: (config) => ({
    ...writeDecoder(config),
    ...(config.ropeScaling && {
      original_max_position_embeddings: config.ropeScaling.original_max_position_embeddings,
    }),
    sliding_window: config.window ?? null,
    // Where nothing is said it is 32000 for transformers, which refuses an id that the table has no row for.
    pad_token_id: null,
  }),
  places(config) {
    const { vocabSize, width, layers, heads, kvHeads, ffn, tied } = config;
    const headWidth = headWidthOf(config);
    const { places, table, norm, linear, joined } = builder();
    table("embedding", "model.embed_tokens", vocabSize, width);
    for (let i = 0; i < layers; i++) {
      const [slot, at] = [`layers.${i}`, `model.layers.${i}`];
      const sizes = [heads, kvHeads, kvHeads].map((count) => count * headWidth);
      norm(`${slot}.attentionNorm`, `${at}.input_layernorm`, width);
      joined([`${slot}.q`, `${slot}.k`, `${slot}.v`], `${at}.self_attn.qkv_proj`, sizes, width);
      linear(`${slot}.o`, `${at}.self_attn.o_proj`, [width, heads * headWidth]);
      norm(`${slot}.feedNorm`, `${at}.post_attention_layernorm`, width);
      joined([`${slot}.gate`, `${slot}.up`], `${at}.mlp.gate_up_proj`, [ffn, ffn], width);
      linear(`${slot}.down`, `${at}.mlp.down_proj`, [width, ffn]);
    }
    norm("finalNorm", "model.norm", width);
    table("head", tied ? "model.embed_tokens" : "lm_head", vocabSize, width);
    return places;
  },
};
