/** Llama and its nearest kin: RMS norms, gated feed-forwards, rotary positions. */
import type { Architecture } from "./architecture.js";
import {
  attention,
  biases,
  common,
  family,
  gated,
  headNorms,
  layer,
  permuted,
  preNorms,
  tables,
} from "./llama-family.js";

export const llama: Architecture = {
  modelType: "llama",
  className: "LlamaForCausalLM",
  names: tables,
  layers: { ...attention, ...gated, ...preNorms },
  layer,
  transforms: permuted,
  fields: (settings) => ({ ...family(settings), ...biases(settings) }),
};

export const qwen2: Architecture = {
  modelType: "qwen2",
  className: "Qwen2ForCausalLM",
  names: tables,
  layers: { ...attention, ...gated, ...preNorms },
  layer,
  fields: (settings) => ({ ...family(settings), use_sliding_window: false }),
};

export const qwen3: Architecture = {
  modelType: "qwen3",
  className: "Qwen3ForCausalLM",
  names: tables,
  layers: { ...attention, ...headNorms, ...gated, ...preNorms },
  layer,
  fields: (settings) => ({
    ...family(settings),
    attention_bias: settings.has("blk.0.attn_output.bias"),
    use_sliding_window: false,
  }),
};

export const smollm3: Architecture = {
  modelType: "smollm3",
  className: "SmolLM3ForCausalLM",
  names: tables,
  layers: { ...attention, ...gated, ...preNorms },
  layer,
  transforms: permuted,
  fields: (settings) => ({ ...family(settings), ...biases(settings), no_rope_layer_interval: 4 }),
};

export const olmo2: Architecture = {
  modelType: "olmo2",
  className: "Olmo2ForCausalLM",
  names: tables,
  layers: {
    ...attention,
    ...headNorms,
    ...gated,
    post_attention_norm: "post_attention_layernorm",
    post_ffw_norm: "post_feedforward_layernorm",
  },
  layer,
  fields: (settings) => ({ ...family(settings), attention_bias: settings.has("blk.0.attn_output.bias") }),
};

export const phi3: Architecture = {
  modelType: "phi3",
  className: "Phi3ForCausalLM",
  names: tables,
  layers: {
    attn_qkv: "self_attn.qkv_proj",
    attn_output: "self_attn.o_proj",
    ffn_up: "mlp.gate_up_proj",
    ffn_down: "mlp.down_proj",
    ...preNorms,
  },
  layer,
  fields: (settings) => ({
    ...common(settings, "silu"),
    partial_rotary_factor: settings.number("rope.dimension_count", settings.headWidth) / settings.headWidth,
    sliding_window: settings.number("attention.sliding_window", 0) || null,
  }),
};
