/** Sizes of model, from one dial. Everything but the vocabulary follows from `size`; any field can be set instead. */
import { show } from "../foreign.js";
import type { ModelConfig } from "../types.js";

/** Body sizes by name; parameters in millions without embeddings are in the comments. */
export const sizes = {
  /** 0.1 M */
  nano: { width: 64, layers: 2, heads: 2, kvHeads: 2, ffn: 176, context: 128 },
  /** 0.4 M */
  micro: { width: 96, layers: 4, heads: 3, kvHeads: 3, ffn: 256, context: 128 },
  /** 0.8 M */
  tiny: { width: 128, layers: 4, heads: 4, kvHeads: 4, ffn: 352, context: 128 },
  /** 3.2 M */
  small: { width: 256, layers: 4, heads: 4, kvHeads: 2, ffn: 704, context: 256 },
  /** 13 M */
  medium: { width: 384, layers: 8, heads: 6, kvHeads: 3, ffn: 1024, context: 512 },
  /** 106 M, the body of SmolLM-135M */
  large: { width: 576, layers: 30, heads: 9, kvHeads: 3, ffn: 1536, context: 1024 },
} as const;
export type Size = keyof typeof sizes;

export type ConfigOptions = { size?: Size; vocabSize: number } & Partial<Omit<ModelConfig, "vocabSize">>;

/** Defaults are those of the Llama family: RMS norm, rotary positions, SwiGLU, tied head. */
export function configOf({ size = "tiny", ...fields }: ConfigOptions): ModelConfig {
  if (!(size in sizes)) throw new Error(`configOf: invalid size: ${size} (one of ${Object.keys(sizes).join(", ")})`);
  const family = {
    norm: "rms",
    positions: "rotary",
    activation: "swiglu",
    tied: true,
    ropeTheta: 10000,
    normEps: 1e-5,
  } as const;
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  return checkConfig({ ...family, ...sizes[size], ...given } as ModelConfig);
}

const CHOICES = {
  norm: ["rms", "layer"],
  positions: ["rotary", "learned"],
  activation: ["swiglu", "gelu"],
  tied: [true, false],
} as {
  [name in "norm" | "positions" | "activation" | "tied"]: unknown[];
};

/** Well above every model there is: what is larger is a mistake or an attack, and stops here. */
const largest = {
  vocabSize: 2 ** 24,
  width: 2 ** 20,
  layers: 2 ** 12,
  heads: 2 ** 12,
  kvHeads: 2 ** 12,
  ffn: 2 ** 22,
  context: 2 ** 24,
};

export function checkConfig(config: ModelConfig): ModelConfig {
  for (const [name, most] of Object.entries(largest)) {
    const value = config[name as keyof typeof largest];
    if (!(Number.isInteger(value) && value > 0 && value <= most))
      throw new Error(`config: invalid ${name}: ${value} (a whole number from 1 to ${most})`);
  }
  for (const [name, known] of Object.entries(CHOICES)) {
    const value = config[name as keyof typeof CHOICES];
    if (!known.includes(value)) throw new Error(`config: invalid ${name}: ${show(value)} (one of ${known.join(", ")})`);
  }
  for (const name of ["ropeTheta", "normEps"] as const)
    if (!(config[name] > 0 && config[name] < Infinity))
      throw new Error(`config: invalid ${name}: ${config[name]} (a positive number)`);
  const { width, heads, kvHeads, positions } = config;
  if (width % heads !== 0) throw new Error(`config: invalid heads: ${heads} (must divide width ${width})`);
  if (heads % kvHeads !== 0) throw new Error(`config: invalid kvHeads: ${kvHeads} (must divide heads ${heads})`);
  if (positions === "rotary" && (width / heads) % 2 !== 0)
    throw new Error(`config: invalid heads: ${heads} (rotary needs an even head width)`);
  return config;
}

export interface ParameterCount {
  total: number;
  /** Tables of tokens and positions, and the head where it is not tied. */
  embedding: number;
  withoutEmbeddings: number;
}

export function parameterCount(config: ModelConfig): ParameterCount {
  const { vocabSize, width, context, positions, tied } = config;
  const embedding = vocabSize * width * (tied ? 1 : 2) + (positions === "learned" ? context * width : 0);
  const total = Object.values(parameterShapes(config)).reduce(
    (sum, shape) => sum + shape.reduce((a, b) => a * b, 1),
    0,
  );
  return { total, embedding, withoutEmbeddings: total - embedding };
}

/** Every parameter by its Hugging Face (Llama) name; linear layers are [out, in]. */
export function parameterShapes(config: ModelConfig): Record<string, number[]> {
  const { vocabSize, width, layers, heads, kvHeads, ffn, context } = config;
  const kvWidth = (width / heads) * kvHeads;
  const shapes: Record<string, number[]> = { "model.embed_tokens.weight": [vocabSize, width] };
  if (config.positions === "learned") shapes["model.embed_positions.weight"] = [context, width];
  const norm = (name: string): void => {
    shapes[`${name}.weight`] = [width];
    if (config.norm === "layer") shapes[`${name}.bias`] = [width];
  };
  for (let i = 0; i < layers; i++) {
    const at = `model.layers.${i}`;
    norm(`${at}.input_layernorm`);
    shapes[`${at}.self_attn.q_proj.weight`] = [width, width];
    shapes[`${at}.self_attn.k_proj.weight`] = [kvWidth, width];
    shapes[`${at}.self_attn.v_proj.weight`] = [kvWidth, width];
    shapes[`${at}.self_attn.o_proj.weight`] = [width, width];
    norm(`${at}.post_attention_layernorm`);
    if (config.activation === "swiglu") shapes[`${at}.mlp.gate_proj.weight`] = [ffn, width];
    shapes[`${at}.mlp.up_proj.weight`] = [ffn, width];
    shapes[`${at}.mlp.down_proj.weight`] = [width, ffn];
  }
  norm("model.norm");
  if (!config.tied) shapes["lm_head.weight"] = [vocabSize, width];
  return shapes;
}
