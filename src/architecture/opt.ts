/** OPT: learned positions from the third row on, and in one size norms after the sums and a table narrower than the layers. */
import { builder } from "./slots.js";
import type { Architecture } from "./types.js";

const activations = { relu: "relu", gelu: "gelu", gelu_new: "gelu-tanh", gelu_pytorch_tanh: "gelu-tanh" } as const;
const all = ["q", "k", "v", "o", "up", "down"] as const;

export const opt: Architecture = {
  summary: "OPT and Galactica; the first two rows of its position table are never read",
  reference: "Zhang et al. 2022, https://arxiv.org/abs/2205.01068",
  class: "OPTForCausalLM",
  read({ number, optional, flag, choice, expect }) {
    expect("layer_norm_elementwise_affine", true);
    expect("_remove_final_layer_norm", false);
    const [width, heads] = [number("hidden_size", 768), number("num_attention_heads", 12)];
    const tableWidth = optional("word_embed_proj_dim") ?? width;
    return {
      vocabSize: number("vocab_size"),
      width,
      layers: number("num_hidden_layers", 12),
      heads,
      kvHeads: heads,
      ffn: number("ffn_dim", 3072),
      context: number("max_position_embeddings", 2048),
      norm: "layer",
      positions: "learned",
      positionOffset: 2,
      activation: choice("activation_function", activations, "relu"),
      tied: flag("tie_word_embeddings", true),
      ropeTheta: 10000,
      normEps: 1e-5,
      ...(tableWidth !== width && { embeddingWidth: tableWidth }),
      ...(!flag("do_layer_norm_before", true) && { normAt: "sum" as const }),
      ...(flag("enable_bias", true) && { biases: [...all] }),
    };
  },
  write: (config) => ({
    vocab_size: config.vocabSize,
    hidden_size: config.width,
    word_embed_proj_dim: config.embeddingWidth ?? config.width,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    ffn_dim: config.ffn,
    max_position_embeddings: config.context,
    activation_function: { relu: "relu", gelu: "gelu", "gelu-tanh": "gelu_new" }[config.activation as string],
    do_layer_norm_before: config.normAt !== "sum",
    enable_bias: config.biases !== undefined,
    tie_word_embeddings: config.tied,
  }),
  places(config) {
    const { vocabSize, width, layers, ffn, context, positionOffset = 0, tied, normAt, biases = [] } = config;
    const tableWidth = config.embeddingWidth ?? width;
    const { places, table, norm, linear } = builder();
    const biased = { bias: biases.includes("q") };
    table("embedding", "model.decoder.embed_tokens", vocabSize, tableWidth);
    if (tableWidth !== width) linear("projectIn", "model.decoder.project_in", [width, tableWidth]);
    table("positions", "model.decoder.embed_positions", context + positionOffset, width);
    for (let i = 0; i < layers; i++) {
      const [slot, at] = [`layers.${i}`, `model.decoder.layers.${i}`];
      norm(`${slot}.attentionNorm`, `${at}.self_attn_layer_norm`, width, { bias: true });
      for (const name of ["q", "k", "v"] as const)
        linear(`${slot}.${name}`, `${at}.self_attn.${name}_proj`, [width, width], biased);
      linear(`${slot}.o`, `${at}.self_attn.out_proj`, [width, width], biased);
      norm(`${slot}.feedNorm`, `${at}.final_layer_norm`, width, { bias: true });
      linear(`${slot}.up`, `${at}.fc1`, [ffn, width], biased);
      linear(`${slot}.down`, `${at}.fc2`, [width, ffn], biased);
    }
    if (normAt !== "sum") norm("finalNorm", "model.decoder.final_layer_norm", width, { bias: true });
    if (tableWidth !== width) linear("projectOut", "model.decoder.project_out", [tableWidth, width]);
    table("head", tied ? "model.decoder.embed_tokens" : "lm_head", vocabSize, tableWidth);
    return places;
  },
};
