/** A model's parameters: what they are called in its files, their shapes there, and what each is in the model. */
import type { ModelConfig } from "../types.js";
import { type ArchitectureName, architectures } from "./registry.js";
import { roleOfSlot } from "./slots.js";
import type { Architecture, Parameter, Place, Places } from "./types.js";

/** The `model_type` of its files. */
export function nameOf(config: ModelConfig): ArchitectureName {
  const { architecture, norm, positions, activation } = config;
  if (architecture !== undefined) {
    if (!Object.hasOwn(architectures, architecture))
      throw new Error(
        `config: invalid architecture: ${JSON.stringify(architecture)} (one of ${Object.keys(architectures).join(", ")})`,
      );
    return architecture as ArchitectureName;
  }
  return norm === "rms" && positions === "rotary" && activation === "swiglu" ? "llama" : "palimpsest";
}

export const architectureOf = (config: ModelConfig): Architecture => architectures[nameOf(config)];

/** Where each tensor of the forward is kept. */
export const placesOf = (config: ModelConfig): Places => architectureOf(config).places(config);

/** Every parameter once, in the order of the model. */
export function parametersOf(config: ModelConfig): Parameter[] {
  const parameters = new Map<string, Parameter>();
  for (const [slot, { name, shape }] of Object.entries(placesOf(config))) {
    const known = parameters.get(name);
    if (known) known.slots.push(slot);
    else parameters.set(name, { name, shape, ...roleOfSlot(slot), slots: [slot] });
  }
  return [...parameters.values()];
}

/** Every parameter by the name and in the shape of the files. */
export const parameterShapes = (config: ModelConfig): Record<string, number[]> =>
  Object.fromEntries(parametersOf(config).map(({ name, shape }) => [name, shape]));

/** The module of `transformers` that has this weight. */
export function moduleOf(config: ModelConfig, weight: string): string {
  const stored = weight.replace(/\.weight$/, "");
  const { modules = {} }: Architecture = architectureOf(config);
  return modules[stored] ?? stored;
}

/** The tables with a row for each token, by the name of the files. A tied head is the embedding. */
export const tablesOf = (config: ModelConfig): TableNames => tablesAt(placesOf(config));

export interface TableNames {
  embedding: string;
  head?: string;
  headBias?: string;
}

/** What the tables are called in each kind of model, for files of a kind that need not be one of them. */
export const knownTables = (): TableNames[] =>
  Object.values(architectures).map(({ places }: Architecture) => tablesAt(places(smallest)));

const smallest: ModelConfig = {
  ...{ vocabSize: 1, width: 1, layers: 0, heads: 1, kvHeads: 1, ffn: 1, context: 1, ropeTheta: 10000, normEps: 1e-6 },
  ...{ norm: "rms", positions: "rotary", activation: "swiglu", tied: false },
};

function tablesAt(places: Places): TableNames {
  const { "embedding.weight": embedding, "head.weight": head, "head.bias": bias } = places as Record<string, Place>;
  return {
    embedding: embedding!.name,
    ...(head && head.name !== embedding!.name && { head: head.name }),
    ...(bias && { headBias: bias.name }),
  };
}
