/** GPT-2: linear layers kept as [in, out], queries, keys and values in one. */
import type { ModelConfig } from "../types.js";
import { headWidthOf } from "./check.js";
import type { Fields } from "./fields.js";
import { builder } from "./slots.js";
import type { Architecture } from "./types.js";

const activations = {
  gelu_new: "gelu-tanh",
  gelu_pytorch_tanh: "gelu-tanh",
  gelu_fast: "gelu-tanh",
  gelu: "gelu",
  relu: "relu",
} as const;

export const gpt2: Architecture = {
  summary: "GPT-2 and what shares its shape: DistilGPT2, the Mistral runs of CRFM",
  reference:
    "Radford et al. 2019, https://cdn.openai.com/better-language-models/language_models_are_unsupervised_multitask_learners.pdf",
  class: "GPT2LMHeadModel",
  unread: /\.attn\.(masked_)?bias$/,
  read(fields) {
    const { number, optional, flag, choice, expect } = fields;
    expect("add_cross_attention", false);
    const [width, layers, heads] = [number("n_embd", 768), number("n_layer", 12), number("n_head", 12)];
    return {
      vocabSize: number("vocab_size"),
      width,
      layers,
      heads,
      kvHeads: heads,
      ffn: optional("n_inner") ?? 4 * width,
      context: number("n_positions", 1024),
      norm: "layer",
      positions: "learned",
      activation: choice("activation_function", activations, "gelu_new"),
      tied: flag("tie_word_embeddings", true),
      ropeTheta: 10000,
      normEps: number("layer_norm_epsilon", 1e-5),
      ...scaleOf(fields, { width, layers, heads }),
    };
  },
  write(config) {
    const { scoreScale, layerKinds } = config;
    return {
      vocab_size: config.vocabSize,
      n_embd: config.width,
      n_layer: config.layers,
      n_head: config.heads,
      n_positions: config.context,
      n_inner: config.ffn,
      layer_norm_epsilon: config.normEps,
      activation_function: { "gelu-tanh": "gelu_new", gelu: "gelu", relu: "relu" }[config.activation as string],
      scale_attn_weights: (layerKinds?.[0]!.scoreScale ?? scoreScale) !== 1,
      scale_attn_by_inverse_layer_idx: layerKinds !== undefined,
      tie_word_embeddings: config.tied,
    };
  },
  places({ vocabSize, width, layers, ffn, context, tied }) {
    const { places, table, norm, linear, joined } = builder();
    const stored = { bias: true, transposed: true } as const;
    table("embedding", "transformer.wte", vocabSize, width);
    table("positions", "transformer.wpe", context, width);
    for (let i = 0; i < layers; i++) {
      const [slot, at] = [`layers.${i}`, `transformer.h.${i}`];
      norm(`${slot}.attentionNorm`, `${at}.ln_1`, width, { bias: true });
      const qkv = ["q", "k", "v"].map((name) => `${slot}.${name}`);
      joined(qkv, `${at}.attn.c_attn`, [width, width, width], width, stored);
      linear(`${slot}.o`, `${at}.attn.c_proj`, [width, width], stored);
      norm(`${slot}.feedNorm`, `${at}.ln_2`, width, { bias: true });
      linear(`${slot}.up`, `${at}.mlp.c_fc`, [ffn, width], stored);
      linear(`${slot}.down`, `${at}.mlp.c_proj`, [width, ffn], stored);
    }
    norm("finalNorm", "transformer.ln_f", width, { bias: true });
    table("head", tied ? "transformer.wte" : "lm_head", vocabSize, width);
    return places;
  },
};

/** Scores are over the root of a head's width, unless they are not, and in some also over the number of the layer. */
function scaleOf(
  { flag }: Fields,
  shape: Pick<ModelConfig, "width" | "layers" | "heads">,
): Pick<ModelConfig, "scoreScale" | "layerKinds"> {
  const scaled = flag("scale_attn_weights", true);
  const scale = scaled ? 1 / Math.sqrt(headWidthOf(shape)) : 1;
  if (flag("scale_attn_by_inverse_layer_idx", false))
    return { layerKinds: Array.from({ length: shape.layers }, (_, i) => ({ scoreScale: scale / (i + 1) })) };
  return scaled ? {} : { scoreScale: 1 };
}
