/** Fields of config.json that Llama's descendants share, both ways. What a kind adds to them is in its own file. */
import type { ModelConfig } from "../types.js";
import { headWidthOf } from "./check.js";
import type { Fields } from "./fields.js";
import { readRope, type RopeFields, writeRope } from "./rope.js";

/** What a kind's config.json means where it is silent. */
export interface Defaults {
  kvHeads?: number;
  /** Where it is not width / heads. */
  headWidth?: number;
  tied?: boolean;
  normEps?: number;
  ropeTheta?: number;
  /** The field that says which GELU is gated, where it is not SiLU. */
  gelu?: "hidden_act" | "hidden_activation";
}

const silu = { silu: "swiglu", swish: "swiglu" } as const;
/** Gemma's first files say "gelu" and mean its tanh form. */
const tanh = { gelu_pytorch_tanh: "geglu", gelu: "geglu" } as const;

/** A shape of Llama's kind: RMS norm, rotary positions, a gated feed-forward layer. */
export function readDecoder(fields: Fields, defaults: Defaults = {}): ModelConfig {
  const { number, optional, flag, choice } = fields;
  const { gelu } = defaults;
  const [width, heads] = [number("hidden_size"), number("num_attention_heads")];
  const headWidth = optional("head_dim") ?? defaults.headWidth;
  return {
    vocabSize: number("vocab_size"),
    width,
    layers: number("num_hidden_layers"),
    heads,
    kvHeads: optional("num_key_value_heads", defaults.kvHeads) ?? heads,
    ffn: number("intermediate_size"),
    context: number("max_position_embeddings"),
    norm: "rms",
    positions: "rotary",
    activation: gelu ? choice(gelu, tanh, "gelu_pytorch_tanh") : choice("hidden_act", silu, "silu"),
    tied: flag("tie_word_embeddings", defaults.tied ?? false),
    normEps: number("rms_norm_eps", defaults.normEps ?? 1e-6),
    ...readRope(fields, defaults.ropeTheta),
    ...(headWidth !== undefined && headWidth !== width / heads && { headWidth }),
  };
}

export function writeDecoder(config: ModelConfig): Record<string, unknown> {
  return {
    vocab_size: config.vocabSize,
    hidden_size: config.width,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    num_key_value_heads: config.kvHeads,
    head_dim: headWidthOf(config),
    intermediate_size: config.ffn,
    max_position_embeddings: config.context,
    rms_norm_eps: config.normEps,
    ...writtenRope(config),
    hidden_act: config.activation === "geglu" ? "gelu_pytorch_tanh" : "silu",
    tie_word_embeddings: config.tied,
  };
}

/** In the older spelling, which every version of `transformers` reads. */
function writtenRope(config: ModelConfig): Record<string, unknown> {
  const { rope_theta, rope_type, partial_rotary_factor, ...rest } = writeRope(config as RopeFields);
  return {
    rope_theta,
    rope_scaling: rope_type === "default" ? null : { rope_type, ...rest },
    ...(partial_rotary_factor !== undefined && { partial_rotary_factor }),
  };
}

const attention = ["q", "k", "v", "o"] as const;
const feedForward = ["gate", "up", "down"] as const;

/** `attention_bias` of all four projections, and `mlp_bias` of all three. */
export function readBiases(fields: Fields): Pick<ModelConfig, "biases"> {
  const biases = [
    ...(fields.flag("attention_bias", false) ? attention : []),
    ...(fields.flag("mlp_bias", false) ? feedForward : []),
  ];
  return biases.length > 0 ? { biases } : {};
}

export const writeBiases = ({ biases = [] }: ModelConfig): Record<string, unknown> => ({
  attention_bias: biases.includes("q"),
  mlp_bias: biases.includes("gate"),
});
