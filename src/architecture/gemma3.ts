/** Gemma 3 without its eyes: norms of queries and keys for the cap of scores, and two speeds of rotary positions. */
import type { LayerKind, ModelConfig } from "../types.js";
import { type Fields, fieldsOf } from "./fields.js";
import { readGemma2, writeGemma2 } from "./gemma2.js";
import { layerFields, windowed } from "./layers.js";
import { llamaPlaces } from "./llama-places.js";
import { readRope, type RopeFields } from "./rope.js";
import type { Architecture } from "./types.js";

/** How positions turn in layers with and without a window: an object each, or, in older files, fields beside each other. */
function ropesOf(fields: Fields): { local: RopeFields; global: RopeFields } {
  const nested = fields.inside("rope_parameters");
  const global = nested.inside("full_attention");
  const local = nested.inside("sliding_attention");
  const older = fields.inside("rope_scaling");
  local.expect("rope_type", "default");
  return {
    global: readRope(fields, 1e6, fieldsOf({ ...global.json, ...older.json })),
    local: readRope(fieldsOf({}), fields.number("rope_local_base_freq", 1e4), local),
  };
}

export const gemma3_text: Architecture = {
  summary:
    "Gemma 3, its language model: norms of queries and keys by head, five layers of six with a window and slower positions",
  reference: "Gemma Team 2025, https://arxiv.org/abs/2503.19786",
  class: "Gemma3ForCausalLM",
  read(fields) {
    const { local, global } = ropesOf(fields);
    const shape: ModelConfig = { ...readGemma2(fields), ...global, qkNorm: "head" };
    const logitCap = fields.optional("final_logit_softcapping");
    const every = fields.number("sliding_window_pattern", 6);
    const window = fields.number("sliding_window", 4096);
    const there = windowed(fields, shape.layers, (layer) => (layer + 1) % every !== 0);
    const kind: LayerKind = {
      window,
      ...(local.ropeTheta !== global.ropeTheta && { ropeTheta: local.ropeTheta }),
      ...(global.ropeScaling && { ropeScaling: null }),
    };
    return {
      ...shape,
      ...(logitCap !== undefined && { logitCap }),
      ...layerFields(there.map((on) => (on ? kind : {}))),
    };
  },
  write(config) {
    const local = config.layerKinds?.find((kind) => kind.window !== undefined);
    return {
      ...writeGemma2(config),
      rope_local_base_freq: local?.ropeTheta ?? config.ropeTheta,
    };
  },
  places: llamaPlaces,
};
