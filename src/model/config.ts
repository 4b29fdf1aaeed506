/** Sizes of model, from one dial. Everything but the vocabulary follows from `size`; any field can be set instead. */
import { architectureOf, checkConfig, fieldsOf, parametersOf } from "../architecture/index.js";
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

/** Defaults are those of the Llama family: RMS norm, rotary positions, SwiGLU, tied head; or of the kind that `architecture` names. */
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
  const config = { ...family, ...sizes[size], ...given } as ModelConfig;
  if (config.architecture === undefined) return checkConfig(config);
  // What the kind's config.json of these sizes means, with the kind's own activation, is what it has of its own.
  const { read, write } = architectureOf(config);
  const { hidden_act: _, hidden_activation: __, ...json } = write(config);
  // As JSON, in which what these sizes do not say is null.
  const own = read(fieldsOf(JSON.parse(JSON.stringify(json)) as Record<string, unknown>));
  return checkConfig({ ...config, ...own, ...given } as ModelConfig);
}

export interface ParameterCount {
  total: number;
  /** Tables of tokens and positions, and the head where it is not tied. */
  embedding: number;
  withoutEmbeddings: number;
}

export function parameterCount(config: ModelConfig): ParameterCount {
  const sizes = parametersOf(config).map(({ role, shape }) => ({ role, size: shape.reduce((a, b) => a * b, 1) }));
  const sum = (some: { size: number }[]): number => some.reduce((total, { size }) => total + size, 0);
  const embedding = sum(sizes.filter(({ role }) => role === "embedding" || role === "head" || role === "positions"));
  return { total: sum(sizes), embedding, withoutEmbeddings: sum(sizes) - embedding };
}
