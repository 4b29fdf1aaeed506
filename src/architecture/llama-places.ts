/** The names of Llama and its many descendants, which differ in which norms and biases there are. */
import type { ModelConfig } from "../types.js";
import { headWidthOf, isGated } from "./check.js";
import { builder } from "./slots.js";
import type { Places } from "./types.js";

export function llamaPlaces(config: ModelConfig): Places {
  const { vocabSize, width, layers, heads, kvHeads, ffn, context, normAt = "pre", biases = [], qkNorm } = config;
  const headWidth = headWidthOf(config);
  const { places, table, norm, linear } = builder();
  const bias = config.norm === "layer";
  table("embedding", "model.embed_tokens", vocabSize, width);
  if (config.positions === "learned") table("positions", "model.embed_positions", context, width);
  for (let i = 0; i < layers; i++) {
    const [slot, at] = [`layers.${i}`, `model.layers.${i}`];
    if (normAt !== "post") norm(`${slot}.attentionNorm`, `${at}.input_layernorm`, width, { bias });
    const attention = { q: heads, k: kvHeads, v: kvHeads } as const;
    for (const [name, count] of Object.entries(attention) as ["q" | "k" | "v", number][])
      linear(`${slot}.${name}`, `${at}.self_attn.${name}_proj`, [count * headWidth, width], {
        bias: biases.includes(name),
      });
    linear(`${slot}.o`, `${at}.self_attn.o_proj`, [width, heads * headWidth], { bias: biases.includes("o") });
    if (qkNorm) {
      norm(`${slot}.qNorm`, `${at}.self_attn.q_norm`, qkNorm === "head" ? headWidth : heads * headWidth);
      norm(`${slot}.kNorm`, `${at}.self_attn.k_norm`, qkNorm === "head" ? headWidth : kvHeads * headWidth);
    }
    if (normAt === "pre") norm(`${slot}.feedNorm`, `${at}.post_attention_layernorm`, width, { bias });
    else norm(`${slot}.afterAttention`, `${at}.post_attention_layernorm`, width, { bias });
    if (normAt === "both") norm(`${slot}.feedNorm`, `${at}.pre_feedforward_layernorm`, width, { bias });
    if (isGated(config)) linear(`${slot}.gate`, `${at}.mlp.gate_proj`, [ffn, width], { bias: biases.includes("gate") });
    linear(`${slot}.up`, `${at}.mlp.up_proj`, [ffn, width], { bias: biases.includes("up") });
    linear(`${slot}.down`, `${at}.mlp.down_proj`, [width, ffn], { bias: biases.includes("down") });
    if (normAt !== "pre") norm(`${slot}.afterFeed`, `${at}.post_feedforward_layernorm`, width, { bias });
  }
  norm("finalNorm", "model.norm", width, { bias });
  table("head", config.tied ? "model.embed_tokens" : "lm_head", vocabSize, width);
  return places;
}
