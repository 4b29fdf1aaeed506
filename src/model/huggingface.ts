/**
 * A model as a Hugging Face folder: config.json, model.safetensors, tokenizer.json. RMS + rotary + SwiGLU is written as
 * `LlamaForCausalLM`, which `transformers` loads; other shapes keep Llama's parameter names under an architecture of our own.
 */
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../files.js";
import type { LanguageModel, ModelConfig } from "../types.js";
import { parse, stringify } from "../vocab/index.js";
import { checkConfig, parameterShapes } from "./config.js";
import { readSafetensors, writeSafetensors } from "./safetensors.js";

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

export function fromHuggingFace(json: Record<string, unknown>): ModelConfig {
  const number = (name: string, fallback?: number): number => {
    const value = json[name] ?? fallback;
    if (typeof value !== "number") throw new Error(`config.json: invalid ${name}: ${String(json[name])} (a number is needed)`);
    return value;
  };
  if (json.model_type !== "llama" && json.model_type !== "palimpsest")
    throw new Error(`config.json: invalid model_type: ${String(json.model_type)} (llama and palimpsest are read)`);
  return checkConfig({
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
    ropeTheta: number("rope_theta", 10000),
    normEps: number("rms_norm_eps", 1e-5),
  });
}

/** Writes the folder; each file is complete or absent. */
export function save({ dir, model }: { dir: string; model: LanguageModel }): void {
  mkdirSync(dir, { recursive: true });
  writeSafetensors(join(dir, "model.safetensors"), model.weights);
  writeAtomically(join(dir, "tokenizer.json"), stringify(model.tokenizer));
  const config = toHuggingFace(model.config, model.tokenizer.endOfText);
  writeAtomically(join(dir, "config.json"), JSON.stringify(config, null, 2) + "\n");
}

export function load(dir: string): LanguageModel {
  for (const name of ["config.json", "model.safetensors", "tokenizer.json"])
    if (!existsSync(join(dir, name))) throw new Error(`load: invalid model folder: ${dir} (it has no ${name})`);
  const config = fromHuggingFace(JSON.parse(readFileSync(join(dir, "config.json"), "utf8")) as Record<string, unknown>);
  const { weights } = readSafetensors(join(dir, "model.safetensors"));
  for (const [name, shape] of Object.entries(parameterShapes(config)))
    if (`${weights[name]?.shape}` !== `${shape}`)
      throw new Error(`load: invalid weights: ${dir} (${name} is [${weights[name]?.shape ?? "absent"}], config.json says [${shape}])`);
  return { config, weights, tokenizer: parse(readFileSync(join(dir, "tokenizer.json"), "utf8")) };
}
