/**
 * Hugging Face's config.json, both ways. RMS + rotary + SwiGLU is `LlamaForCausalLM`, which `transformers` loads; other
 * shapes keep Llama's parameter names under an architecture of our own. What cannot be computed here is refused, not ignored.
 */
import type { ModelConfig } from "../types.js";
import { show } from "../foreign.js";
import { checkConfig } from "./config.js";

const isLlama = (config: ModelConfig): boolean =>
  config.norm === "rms" && config.positions === "rotary" && config.activation === "swiglu";

export function toHuggingFace(config: ModelConfig, endOfText: number): Record<string, unknown> {
  return {
    architectures: [isLlama(config) ? "LlamaForCausalLM" : "PalimpsestForCausalLM"],
    model_type: isLlama(config) ? "llama" : "palimpsest",
    vocab_size: config.vocabSize,
    hidden_size: config.width,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    num_key_value_heads: config.kvHeads,
    head_dim: config.width / config.heads,
    intermediate_size: config.ffn,
    max_position_embeddings: config.context,
    rms_norm_eps: config.normEps,
    rope_theta: config.ropeTheta,
    rope_scaling: null,
    hidden_act: config.activation === "swiglu" ? "silu" : "gelu",
    tie_word_embeddings: config.tied,
    attention_bias: false,
    mlp_bias: false,
    bos_token_id: endOfText,
    eos_token_id: endOfText,
    torch_dtype: "float32",
    ...(isLlama(config) ? {} : { norm: config.norm, positions: config.positions, activation: config.activation }),
  };
}

/** The fields of a config.json that say another shape of model than `config`, as they would say `config`. */
export function changedFields(json: Record<string, unknown>, config: ModelConfig): Record<string, unknown> {
  const was = toHuggingFace(fromHuggingFace(json), 0);
  const fields = Object.entries(toHuggingFace(config, 0)).filter(
    ([name, value]) => String(value) !== String(was[name]),
  );
  const inside = ["rope_scaling", "rope_parameters"].find((name) => json[name] && json[name] === ropeOf(json));
  return Object.fromEntries(
    fields.map(([name, value]) =>
      name === "rope_theta" && inside ? [inside, { ...ropeOf(json), rope_theta: value }] : [name, value],
    ),
  );
}

/** config.json's object as a shape of model; what it claims is compared with the weights by whoever has them. */
export function fromHuggingFace(json: Record<string, unknown>): ModelConfig {
  const number = (name: string, fallback?: number, from: Record<string, unknown> = json): number => {
    const value = from[name] ?? fallback;
    if (typeof value !== "number")
      throw new Error(`config.json: invalid ${name}: ${show(from[name])} (a number is needed)`);
    return value;
  };
  if (json.model_type !== "llama" && json.model_type !== "palimpsest")
    throw new Error(`config.json: invalid model_type: ${show(json.model_type)} (llama and palimpsest are read)`);
  for (const name of ["rope_scaling", "rope_parameters"]) {
    const { rope_type: type, type: old } = (json[name] ?? {}) as Record<string, unknown>;
    if ((type ?? old ?? "default") !== "default")
      throw new Error(
        `config.json: invalid rope_type: ${show(type ?? old)} (only plain rotary positions are computed)`,
      );
  }
  const config = checkConfig({
    vocabSize: number("vocab_size"),
    width: number("hidden_size"),
    layers: number("num_hidden_layers"),
    heads: number("num_attention_heads"),
    kvHeads: number("num_key_value_heads", number("num_attention_heads")),
    ffn: number("intermediate_size"),
    context: number("max_position_embeddings"),
    norm: (json.norm as ModelConfig["norm"]) ?? "rms",
    positions: (json.positions as ModelConfig["positions"]) ?? "rotary",
    activation: (json.activation as ModelConfig["activation"]) ?? "swiglu",
    tied: json.tie_word_embeddings === true,
    ropeTheta: number("rope_theta", number("rope_theta", 10000), ropeOf(json)),
    normEps: number("rms_norm_eps", 1e-6),
  });
  // What would make another model of the same weights.
  const only = (name: string, wanted: unknown): void => {
    if ((json[name] ?? wanted) !== wanted)
      throw new Error(`config.json: invalid ${name}: ${show(json[name])} (only ${show(wanted)} is computed)`);
  };
  only("hidden_act", config.activation === "swiglu" ? "silu" : "gelu");
  only("head_dim", config.width / config.heads);
  only("attention_bias", false);
  only("mlp_bias", false);
  return config;
}

/** The object that transformers 5 moved rope_theta and rope_scaling into; where an older file has both, the older counts. */
export const ropeOf = (json: Record<string, unknown>): Record<string, unknown> =>
  (json.rope_scaling ?? json.rope_parameters ?? {}) as Record<string, unknown>;
