/** What a shape of model must be, whoever made it. */
import { show } from "../foreign.js";
import type { ModelConfig } from "../types.js";

const choices = {
  norm: ["rms", "layer"],
  positions: ["rotary", "learned"],
  activation: ["swiglu", "geglu", "gelu", "gelu-tanh", "relu"],
  tied: [true, false],
} as { [name in "norm" | "positions" | "activation" | "tied"]: unknown[] };

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
const largestOptional = { headWidth: 2 ** 16, window: 2 ** 24, embeddingWidth: 2 ** 20 };

export function checkConfig(config: ModelConfig): ModelConfig {
  for (const [name, most] of Object.entries({ ...largest, ...largestOptional })) {
    const value = config[name as keyof typeof largest];
    if (value === undefined && name in largestOptional) continue;
    if (!(Number.isInteger(value) && value > 0 && value <= most))
      throw new Error(`config: invalid ${name}: ${value} (a whole number from 1 to ${most})`);
  }
  for (const [name, known] of Object.entries(choices)) {
    const value = config[name as keyof typeof choices];
    if (!known.includes(value)) throw new Error(`config: invalid ${name}: ${show(value)} (one of ${known.join(", ")})`);
  }
  const positive = ["ropeTheta", "normEps", "scoreScale", "scoreCap", "logitCap", "embeddingScale"] as const;
  for (const name of positive)
    if (config[name] !== undefined && !(config[name] > 0 && config[name] < Infinity))
      throw new Error(`config: invalid ${name}: ${config[name]} (a positive number)`);
  const { width, heads, kvHeads, positions, layers, layerKinds } = config;
  if (config.headWidth === undefined && width % heads !== 0)
    throw new Error(`config: invalid heads: ${heads} (must divide width ${width})`);
  if (heads % kvHeads !== 0) throw new Error(`config: invalid kvHeads: ${kvHeads} (must divide heads ${heads})`);
  const turned = Math.trunc(headWidthOf(config) * (config.ropeFraction ?? 1));
  if (positions === "rotary" && !(turned % 2 === 0 && turned > 0 && turned <= headWidthOf(config)))
    throw new Error(`config: invalid heads: ${heads} (rotary needs an even head width)`);
  if (layerKinds && layerKinds.length !== layers)
    throw new Error(`config: invalid layerKinds: ${layerKinds.length} (there are ${layers} layers)`);
  return config;
}

export const headWidthOf = ({ headWidth, width, heads }: Pick<ModelConfig, "headWidth" | "width" | "heads">): number =>
  headWidth ?? width / heads;

export const isGated = ({ activation }: ModelConfig): boolean => activation === "swiglu" || activation === "geglu";
