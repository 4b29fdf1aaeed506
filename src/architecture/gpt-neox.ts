/** GPT-NeoX: three in one matrix, head by head, and two halves of a layer that read the same stream. */
import { headWidthOf } from "./check.js";
import { fieldsOf } from "./fields.js";
import { readRope, type RopeFields, writeRope } from "./rope.js";
import { builder } from "./slots.js";
import type { Architecture } from "./types.js";

const attention = ["q", "k", "v", "o"] as const;

export const gptNeox: Architecture = {
  summary: "GPT-NeoX: Pythia, and GPT-NeoX-20B",
  reference:
    "Biderman et al. 2023, https://arxiv.org/abs/2304.01373; Black et al. 2022, https://arxiv.org/abs/2204.06745",
  class: "GPTNeoXForCausalLM",
  modules: { embed_out: "lm_head" },
  unread: /\.attention\.(masked_)?bias$/,
  read({ json, number, flag, choice }) {
    const heads = number("num_attention_heads");
    const spelled = { partial_rotary_factor: json.rotary_pct ?? 0.25, rope_theta: json.rotary_emb_base, ...json };
    return {
      vocabSize: number("vocab_size"),
      width: number("hidden_size"),
      layers: number("num_hidden_layers"),
      heads,
      kvHeads: heads,
      ffn: number("intermediate_size"),
      context: number("max_position_embeddings", 2048),
      norm: "layer",
      positions: "rotary",
      activation: choice(
        "hidden_act",
        { gelu: "gelu", gelu_new: "gelu-tanh", gelu_fast: "gelu-tanh", gelu_pytorch_tanh: "gelu-tanh", relu: "relu" },
        "gelu",
      ),
      tied: flag("tie_word_embeddings", false),
      normEps: number("layer_norm_eps", 1e-5),
      ...readRope(fieldsOf(spelled)),
      ...(flag("use_parallel_residual", true) && { parallel: true as const }),
      ...(flag("attention_bias", true) && { biases: [...attention] }),
    };
  },
  write(config) {
    const { rope_theta, partial_rotary_factor = 1, rope_type, ...rest } = writeRope(config as RopeFields);
    return {
      vocab_size: config.vocabSize,
      hidden_size: config.width,
      num_hidden_layers: config.layers,
      num_attention_heads: config.heads,
      intermediate_size: config.ffn,
      max_position_embeddings: config.context,
      layer_norm_eps: config.normEps,
      rotary_emb_base: rope_theta,
      rotary_pct: partial_rotary_factor,
      rope_scaling: rope_type === "default" ? null : { rope_type, ...rest },
      hidden_act: { "gelu-tanh": "gelu_new", gelu: "gelu", relu: "relu" }[config.activation as string],
      use_parallel_residual: config.parallel ?? false,
      attention_bias: config.biases !== undefined,
      tie_word_embeddings: config.tied,
    };
  },
  places(config) {
    const { vocabSize, width, layers, heads, ffn, tied, biases = [] } = config;
    const headWidth = headWidthOf(config);
    const { places, table, norm, linear, joined } = builder();
    const attended = { bias: biases.includes("q") };
    table("embedding", "gpt_neox.embed_in", vocabSize, width);
    for (let i = 0; i < layers; i++) {
      const [slot, at] = [`layers.${i}`, `gpt_neox.layers.${i}`];
      norm(`${slot}.attentionNorm`, `${at}.input_layernorm`, width, { bias: true });
      norm(`${slot}.feedNorm`, `${at}.post_attention_layernorm`, width, { bias: true });
      const qkv = ["q", "k", "v"].map((name) => `${slot}.${name}`);
      const sizes = [headWidth, headWidth, headWidth];
      joined(qkv, `${at}.attention.query_key_value`, sizes, width, { ...attended, heads });
      linear(`${slot}.o`, `${at}.attention.dense`, [width, width], attended);
      linear(`${slot}.up`, `${at}.mlp.dense_h_to_4h`, [ffn, width], { bias: true });
      linear(`${slot}.down`, `${at}.mlp.dense_4h_to_h`, [width, ffn], { bias: true });
    }
    norm("finalNorm", "gpt_neox.final_layer_norm", width, { bias: true });
    table("head", tied ? "gpt_neox.embed_in" : "embed_out", vocabSize, width);
    return places;
  },
};
