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
}

/** A shape of Llama's kind: RMS norm, rotary positions, SwiGLU. */
export function readDecoder(fields: Fields, defaults: Defaults = {}): ModelConfig {
  const { number, optional, flag, choice } = fields;
  const [width, heads] = [number("hidden_size"), number("num_attention_heads")];
  const headWidth = optional("head_dim") ?? defaults.headWidth;
  return {
    vocabSize: number("vocab_size"),
    width,
    layers: number("num_hidden_layers"),
    heads,
    kvHeads: number("num_key_value_heads", defaults.kvHeads ?? heads),
    ffn: number("intermediate_size"),
    context: number("max_position_embeddings"),
    norm: "rms",
    positions: "rotary",
    activation: choice("hidden_act", { silu: "swiglu" as const, swish: "swiglu" as const }, "silu"),
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
    hidden_act: "silu",
    tie_word_embeddings: config.tied,
  };
}

/** In the older spelling, which every version of `transformers` reads. */
function writtenRope(config: ModelConfig): Record<string, unknown> {
  const { rope_theta, rope_type, ...rest } = writeRope(config as RopeFields);
  return { rope_theta, rope_scaling: rope_type === "default" ? null : { rope_type, ...rest } };
}

/** Where `sliding_window` holds: everywhere, or in those layers that `layer_types` or the kind's own rule names. */
export function windowsOf(fields: Fields, layers: number, isWindowed: (layer: number) => boolean): boolean[] {
  const types = fields.json.layer_types;
  return Array.from({ length: layers }, (_, layer) =>
    Array.isArray(types) ? types[layer] === "sliding_attention" : isWindowed(layer),
  );
}

/** Windows of layers as fields of a shape: nothing where there are none, one number where all have it. */
export function windowFields(windowed: boolean[], window: number): Pick<ModelConfig, "window" | "layerKinds"> {
  if (!windowed.includes(true)) return {};
  return windowed.includes(false) ? { layerKinds: windowed.map((on) => (on ? { window } : {})) } : { window };
}

export const layerTypes = (config: ModelConfig): string[] =>
  Array.from({ length: config.layers }, (_, i) =>
    (config.layerKinds?.[i]?.window ?? config.window) === undefined ? "full_attention" : "sliding_attention",
  );
export const windowOf = ({ window, layerKinds = [] }: ModelConfig): number | null =>
  window ?? layerKinds.find((kind) => kind.window !== undefined)?.window ?? null;
