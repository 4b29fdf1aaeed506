/** GPT-2 and GPT-NeoX: layer norms with biases, fused queries, keys and values, plain feed-forwards. */
import type { Architecture } from "./architecture.js";
import { interleavedHeads, transposed } from "./transforms.js";

export const gpt2: Architecture = {
  modelType: "gpt2",
  className: "GPT2LMHeadModel",
  names: {
    token_embd: "transformer.wte",
    position_embd: "transformer.wpe",
    output_norm: "transformer.ln_f",
    output: "lm_head",
  },
  layers: {
    attn_norm: "ln_1",
    attn_qkv: "attn.c_attn",
    attn_output: "attn.c_proj",
    ffn_norm: "ln_2",
    ffn_up: "mlp.c_fc",
    ffn_down: "mlp.c_proj",
  },
  layer: (i) => `transformer.h.${i}`,
  transforms: { attn_qkv: transposed, attn_output: transposed, ffn_up: transposed, ffn_down: transposed },
  fields: ({ number }) => ({
    n_embd: number("embedding_length"),
    n_layer: number("block_count"),
    n_head: number("attention.head_count"),
    n_positions: number("context_length"),
    n_inner: number("feed_forward_length"),
    layer_norm_epsilon: number("attention.layer_norm_epsilon"),
    activation_function: "gelu_new",
  }),
};

export const gptneox: Architecture = {
  modelType: "gpt_neox",
  className: "GPTNeoXForCausalLM",
  names: { token_embd: "gpt_neox.embed_in", output_norm: "gpt_neox.final_layer_norm", output: "embed_out" },
  layers: {
    attn_norm: "input_layernorm",
    attn_qkv: "attention.query_key_value",
    attn_output: "attention.dense",
    ffn_norm: "post_attention_layernorm",
    ffn_up: "mlp.dense_h_to_4h",
    ffn_down: "mlp.dense_4h_to_h",
  },
  layer: (i) => `gpt_neox.layers.${i}`,
  transforms: { attn_qkv: interleavedHeads },
  fields: (settings) => ({
    hidden_size: settings.number("embedding_length"),
    num_hidden_layers: settings.number("block_count"),
    intermediate_size: settings.number("feed_forward_length"),
    num_attention_heads: settings.number("attention.head_count"),
    max_position_embeddings: settings.number("context_length"),
    layer_norm_eps: settings.number("attention.layer_norm_epsilon"),
    rotary_pct: settings.number("rope.dimension_count") / settings.headWidth,
    rotary_emb_base: settings.number("rope.freq_base", 10000),
    rope_scaling: settings.ropeScaling,
    use_parallel_residual: settings.flag("use_parallel_residual", true),
    hidden_act: "gelu",
  }),
};
