/** SmolLM 3: Llama with layers that turn no positions; windows, where asked for, are theirs. */
import type { LayerKind } from "../types.js";
import { readBiases, readDecoder, writeBiases, writeDecoder } from "./decoder.js";
import { layerFields, windowed, writeWindow } from "./layers.js";
import { llamaPlaces } from "./llama-places.js";
import { show } from "../foreign.js";
import type { Fields } from "./fields.js";
import type { Architecture } from "./types.js";

/** Which layers turn positions: a list of ones and zeros, else all but every so manieth. */
function turned(fields: Fields, layers: number): boolean[] {
  const { no_rope_layers: given } = fields.json;
  const interval = fields.number("no_rope_layer_interval", 4);
  if (given == null) return Array.from({ length: layers }, (_, layer) => (layer + 1) % interval !== 0);
  if (!(Array.isArray(given) && given.length >= layers && given.every((each) => each === 0 || each === 1)))
    throw new Error(
      `config.json: invalid no_rope_layers: ${show(given)} (1 with rope, 0 without, of each of ${layers} layers)`,
    );
  return given.slice(0, layers).map((each) => each === 1);
}

export const smollm3: Architecture = {
  summary: "SmolLM 3: Llama, every fourth layer without positions",
  reference:
    "Bakouch et al. 2025, https://huggingface.co/blog/smollm3; layers without positions: https://arxiv.org/abs/2501.18795",
  class: "SmolLM3ForCausalLM",
  read(fields) {
    const shape = readDecoder(fields, { kvHeads: 4, tied: true, ropeTheta: 2e6 });
    const rope = turned(fields, shape.layers);
    const window = fields.flag("use_sliding_window", false) ? fields.optional("sliding_window") : undefined;
    const local = windowed(fields, shape.layers, (layer) => window !== undefined && !rope[layer]);
    const kinds = local.map((on, i): LayerKind => ({
      ...(on && window !== undefined && { window }),
      ...(!rope[i] && { unturned: true }),
    }));
    return { ...shape, ...readBiases(fields), ...layerFields(kinds) };
  },
  write(config) {
    const window = writeWindow(config);
    return {
      ...writeDecoder(config),
      ...writeBiases(config),
      no_rope_layers: Array.from({ length: config.layers }, (_, i) => (config.layerKinds?.[i]?.unturned ? 0 : 1)),
      use_sliding_window: window.sliding_window !== null,
      ...window,
      // Where nothing is said it is 128004 for transformers, which refuses an id that the table has no row for.
      pad_token_id: null,
    };
  },
  places: llamaPlaces,
};
