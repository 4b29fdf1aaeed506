/** How config.json says which layers see only a window of the tokens before, both ways. */
import { show } from "../foreign.js";
import type { LayerKind, ModelConfig } from "../types.js";
import type { Fields } from "./fields.js";

const types = { full_attention: false, sliding_attention: true };

/** Whether each layer has the window: what `layer_types` says, else the kind's own rule. */
export function windowed(fields: Fields, layers: number, rule: (layer: number) => boolean): boolean[] {
  const { layer_types: given } = fields.json;
  if (given == null) return Array.from({ length: layers }, (_, layer) => rule(layer));
  const isKnown = (type: unknown): type is keyof typeof types => typeof type === "string" && Object.hasOwn(types, type);
  if (!(Array.isArray(given) && given.length === layers && given.every(isKnown)))
    throw new Error(
      `config.json: invalid layer_types: ${show(given)} (${Object.keys(types).join(" or ")}, of each of ${layers} layers)`,
    );
  return given.map((type) => types[type]);
}

/** Layers as fields of a shape: nothing where all are plain, one number where all have that window and are plain else. */
export function layerFields(kinds: LayerKind[]): Pick<ModelConfig, "window" | "layerKinds"> {
  const [first = {}] = kinds;
  const { window, ...rest } = first;
  const differ = kinds.some((kind) => JSON.stringify(kind) !== JSON.stringify(first));
  if (differ || Object.keys(rest).length > 0) return { layerKinds: kinds };
  return window === undefined ? {} : { window };
}

const kindsOf = ({ layers, window, layerKinds }: ModelConfig): LayerKind[] =>
  layerKinds ?? Array.from({ length: layers }, () => (window === undefined ? {} : { window }));

/** The fields of the window, or that there is none. */
export function writeWindow(config: ModelConfig): Record<string, unknown> {
  const kinds = kindsOf(config);
  const window = kinds.find((kind) => kind.window !== undefined)?.window ?? null;
  return {
    sliding_window: window,
    layer_types: kinds.map((kind) => (kind.window === undefined ? "full_attention" : "sliding_attention")),
  };
}
