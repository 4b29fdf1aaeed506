/** Gemma: Llama's layout with gains that are stored with one added, and more norms from the second on. */
import type { Architecture } from "./architecture.js";
import { attention, family, gated, headNorms, layer, preNorms, tables } from "./llama-family.js";
import type { Settings } from "./settings.js";
import { minusOne } from "./transforms.js";

const bothNorms = {
  attn_norm: "input_layernorm",
  post_attention_norm: "post_attention_layernorm",
  ffn_norm: "pre_feedforward_layernorm",
  post_ffw_norm: "post_feedforward_layernorm",
};
const offsetNorms = {
  output_norm: minusOne,
  ...Object.fromEntries([...Object.keys(bothNorms), ...Object.keys(headNorms)].map((name) => [name, minusOne])),
};

const gelu = { hidden_activation: "gelu_pytorch_tanh" };
/** The score scale is not in the file: the one size whose scale is not its head width is known by its layers, as in llama.cpp. */
const scoreScale = ({ number, headWidth }: Settings, odd: number): number =>
  number("block_count") === odd ? number("embedding_length") / number("attention.head_count") : headWidth;

export const gemma: Architecture = {
  modelType: "gemma",
  className: "GemmaForCausalLM",
  names: tables,
  layers: { ...attention, ...gated, ...preNorms },
  layer,
  transforms: offsetNorms,
  fields: (settings) => ({ ...family(settings, "gelu_pytorch_tanh"), ...gelu }),
};

export const gemma2: Architecture = {
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
};

export const gemma3: Architecture = {
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
};
