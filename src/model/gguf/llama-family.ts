/** What the kinds of model that descend from Llama share: names of tensors, and fields of config.json. */
import type { Settings } from "./settings.js";
import { unpermuted } from "./transforms.js";

export const tables = { token_embd: "model.embed_tokens", output_norm: "model.norm", output: "lm_head" };
export const attention = {
  attn_q: "self_attn.q_proj",
  attn_k: "self_attn.k_proj",
  attn_v: "self_attn.v_proj",
  attn_output: "self_attn.o_proj",
};
export const headNorms = { attn_q_norm: "self_attn.q_norm", attn_k_norm: "self_attn.k_norm" };
export const gated = { ffn_gate: "mlp.gate_proj", ffn_up: "mlp.up_proj", ffn_down: "mlp.down_proj" };
export const preNorms = { attn_norm: "input_layernorm", ffn_norm: "post_attention_layernorm" };
export const layer = (i: number): string => `model.layers.${i}`;
export const permuted = { attn_q: unpermuted("attention.head_count"), attn_k: unpermuted("attention.head_count_kv") };
/** Fields of the Llama family, whose heads are turned whole. */
export const family = (settings: Settings, act = "silu"): Record<string, unknown> => {
  const { number, headWidth } = settings;
  if (number("rope.dimension_count", headWidth) !== headWidth) settings.fail("its heads are turned in part");
  return common(settings, act);
};
export const common = (settings: Settings, act: string): Record<string, unknown> => {
  const { number } = settings;
  const heads = number("attention.head_count");
  return {
    hidden_size: number("embedding_length"),
    num_hidden_layers: number("block_count"),
    intermediate_size: number("feed_forward_length"),
    num_attention_heads: heads,
    num_key_value_heads: number("attention.head_count_kv", heads),
    head_dim: settings.headWidth,
    max_position_embeddings: number("context_length"),
    rms_norm_eps: number("attention.layer_norm_rms_epsilon"),
    rope_theta: number("rope.freq_base", 10000),
    rope_scaling: settings.ropeScaling,
    hidden_act: act,
  };
};
export const biases = ({ has }: Settings): Record<string, unknown> => ({
  attention_bias: has("blk.0.attn_output.bias"),
  mlp_bias: has("blk.0.ffn_down.bias"),
});
