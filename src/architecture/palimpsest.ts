/** What this lab makes that is no Llama: its own kind, for comparisons with GPT-2's parts. */
import type { ModelConfig } from "../types.js";
import { readDecoder, writeDecoder } from "./decoder.js";
import { llamaPlaces } from "./llama-places.js";
import type { Architecture } from "./types.js";

const activations = { swiglu: "silu", gelu: "gelu" } as Record<string, string>;

/** Whatever its fields say is checked with the rest of the shape. */
export const palimpsest: Architecture = {
  summary: "Llama's names with other parts: layer norm, learned positions, GELU; nobody else reads it",
  reference: "this lab",
  class: "PalimpsestForCausalLM",
  read(fields) {
    const [norm, positions] = [fields.json.norm ?? "rms", fields.json.positions ?? "rotary"];
    const activation = fields.json.activation ?? "swiglu";
    fields.expect("hidden_act", activations[String(activation)]);
    const plain =
      fields.json.hidden_act === undefined ? fields : { ...fields, choice: (() => "swiglu") as typeof fields.choice };
    return { ...readDecoder(plain), norm, positions, activation } as ModelConfig;
  },
  write: (config) => ({
    ...writeDecoder(config),
    hidden_act: activations[config.activation],
    norm: config.norm,
    positions: config.positions,
    activation: config.activation,
  }),
  places: llamaPlaces,
};
