/** The object of the config.json that a GGUF file's model has, or had before it was converted. */
import { called, type Fail } from "../safetensors-header.js";
import type { Architecture } from "./architecture.js";
import { architectures } from "./architectures.js";
import type { Layout } from "./layout.js";
import { settingsOf, type Settings } from "./settings.js";

export interface Described {
  architecture: Architecture;
  settings: Settings;
  json: Record<string, unknown>;
}

export function configOf(layout: Layout, fail: Fail): Described {
  const kind = layout.values.get("general.architecture");
  const known = Object.keys(architectures).join(", ");
  if (typeof kind !== "string") return fail("it does not say its general.architecture");
  if (!Object.hasOwn(architectures, kind)) return fail(`its architecture is ${called(kind)}; ${known} are read`);
  const architecture = architectures[kind]!;
  const settings = settingsOf(layout, kind, fail);
  const table = layout.tensors.find(({ name }) => name === "token_embd.weight");
  if (!table) return fail("it has no token_embd.weight");
  const json: Record<string, unknown> = {
    architectures: [architecture.className],
    model_type: architecture.modelType,
    vocab_size: table.shape[0],
    ...architecture.fields(settings),
    tie_word_embeddings: !settings.has("output.weight"),
  };
  // What the file does not say is null: absent, it would be what the class of Hugging Face's has instead.
  for (const role of ["bos", "eos", "pad"])
    json[`${role}_token_id`] =
      layout.values.get(`tokenizer.ggml.${role === "pad" ? "padding" : role}_token_id`) ?? null;
  return { architecture, settings, json };
}
