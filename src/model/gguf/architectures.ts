/**
 * Kinds of model as a GGUF file calls and lays them out, each as Hugging Face does: a row knows names, what was done to the
 * numbers when the file was made, and fields of config.json. It knows no forward; whether the kind can be computed is for
 * whoever reads the config.json. Names and transforms are those of llama.cpp's conversion/ and of the `gguf` package.
 */
import type { Settings } from "./settings.js";
import type { Transform } from "./transforms.js";
import { interleavedHeads, minusOne, transposed, unpermuted } from "./transforms.js";

export interface Architecture {
  /** model_type, and the class that `transformers` loads. */
  modelType: string;
  className: string;
  /** Hugging Face's names by the file's, both without ".weight" and ".bias"; `i` is the layer. */
  names: Record<string, string>;
  layers: Record<string, string>;
  layer: (i: number) => string;
  /** What undoes the conversion, by the file's name without layer; also applied to a bias where it says so. */
  transforms?: Record<string, Transform>;
  /** Fields of config.json that not all kinds share. */
  fields(settings: Settings): Record<string, unknown>;
}

const tables = { token_embd: "model.embed_tokens", output_norm: "model.norm", output: "lm_head" };
const attention = {
  attn_q: "self_attn.q_proj",
  attn_k: "self_attn.k_proj",
  attn_v: "self_attn.v_proj",
  attn_output: "self_attn.o_proj",
};
const headNorms = { attn_q_norm: "self_attn.q_norm", attn_k_norm: "self_attn.k_norm" };
const gated = { ffn_gate: "mlp.gate_proj", ffn_up: "mlp.up_proj", ffn_down: "mlp.down_proj" };
const preNorms = { attn_norm: "input_layernorm", ffn_norm: "post_attention_layernorm" };
const bothNorms = {
  attn_norm: "input_layernorm",
  post_attention_norm: "post_attention_layernorm",
  ffn_norm: "pre_feedforward_layernorm",
  post_ffw_norm: "post_feedforward_layernorm",
};
const layer = (i: number): string => `model.layers.${i}`;
const permuted = { attn_q: unpermuted("attention.head_count"), attn_k: unpermuted("attention.head_count_kv") };
const offsetNorms = {
  output_norm: minusOne,
  ...Object.fromEntries([...Object.keys(bothNorms), ...Object.keys(headNorms)].map((name) => [name, minusOne])),
};

/** Fields of the Llama family, whose heads are turned whole. */
const family = (settings: Settings, act = "silu"): Record<string, unknown> => {
  const { number, headWidth } = settings;
  if (number("rope.dimension_count", headWidth) !== headWidth) settings.fail("its heads are turned in part");
  return common(settings, act);
};
const common = (settings: Settings, act: string): Record<string, unknown> => {
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
const biases = ({ has }: Settings): Record<string, unknown> => ({
  attention_bias: has("blk.0.attn_output.bias"),
  mlp_bias: has("blk.0.ffn_down.bias"),
});
const gelu = { hidden_activation: "gelu_pytorch_tanh" };
/** The score scale is not in the file: the one size whose scale is not its head width is known by its layers, as in llama.cpp. */
const scoreScale = ({ number, headWidth }: Settings, odd: number): number =>
  number("block_count") === odd ? number("embedding_length") / number("attention.head_count") : headWidth;

export const architectures: Record<string, Architecture> = {
  llama: {
    modelType: "llama",
    className: "LlamaForCausalLM",
    names: tables,
    layers: { ...attention, ...gated, ...preNorms },
    layer,
    transforms: permuted,
    fields: (settings) => ({ ...family(settings), ...biases(settings) }),
  },
  qwen2: {
    modelType: "qwen2",
    className: "Qwen2ForCausalLM",
    names: tables,
    layers: { ...attention, ...gated, ...preNorms },
    layer,
    fields: (settings) => ({ ...family(settings), use_sliding_window: false }),
  },
  qwen3: {
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
  },
  smollm3: {
    modelType: "smollm3",
    className: "SmolLM3ForCausalLM",
    names: tables,
    layers: { ...attention, ...gated, ...preNorms },
    layer,
    transforms: permuted,
    fields: (settings) => ({ ...family(settings), ...biases(settings), no_rope_layer_interval: 4 }),
  },
  gemma: {
    modelType: "gemma",
    className: "GemmaForCausalLM",
    names: tables,
    layers: { ...attention, ...gated, ...preNorms },
    layer,
    transforms: offsetNorms,
    fields: (settings) => ({ ...family(settings, "gelu_pytorch_tanh"), ...gelu }),
  },
  gemma2: {
    modelType: "gemma2",
    className: "Gemma2ForCausalLM",
    names: tables,
    layers: { ...attention, ...gated, ...bothNorms },
    layer,
    transforms: offsetNorms,
    fields: (settings) => ({
      ...family(settings, "gelu_pytorch_tanh"),
      ...gelu,
      sliding_window: settings.number("attention.sliding_window", 4096),
      attn_logit_softcapping: settings.number("attn_logit_softcapping", 50),
      final_logit_softcapping: settings.number("final_logit_softcapping", 30),
      query_pre_attn_scalar: scoreScale(settings, 46),
    }),
  },
  gemma3: {
    modelType: "gemma3_text",
    className: "Gemma3ForCausalLM",
    names: tables,
    layers: { ...attention, ...headNorms, ...gated, ...bothNorms },
    layer,
    transforms: offsetNorms,
    fields: (settings) => ({
      ...family(settings, "gelu_pytorch_tanh"),
      ...gelu,
      rope_theta: settings.number("rope.freq_base", 1e6),
      rope_local_base_freq: settings.number("rope.freq_base_swa", 10000),
      sliding_window: settings.number("attention.sliding_window"),
      sliding_window_pattern: settings.number("attention.sliding_window_pattern", 6),
      attn_logit_softcapping: null,
      final_logit_softcapping: settings.number("final_logit_softcapping", 0) || null,
      query_pre_attn_scalar: scoreScale(settings, 62),
    }),
  },
  olmo2: {
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
  },
  phi3: {
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
  },
  gpt2: {
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
  },
  gptneox: {
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
  },
};
