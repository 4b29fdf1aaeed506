/**
 * Adapters written as folders of Hugging Face's PEFT: adapter_config.json and adapter_model.safetensors. LoRA, rsLoRA and DoRA,
 * with rows of tokens (`trainable_token_indices`).
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { linearLayers, moduleOf, parametersOf, placesOf } from "../architecture/index.js";
import { writeAtomically } from "../files.js";
import type { ModelConfig, Weights } from "../types.js";
import { type Adapter, checkAdapter } from "./adapter.js";
import { jsonText } from "./json-text.js";
import { type AdapterFolderOptions, ends, files, prefix, rowsEnd } from "./peft-names.js";
import { savePrompt } from "./prompt-folder.js";
import { writeSafetensors } from "./safetensors.js";

/** Writes the folder, its adapter_config.json last. */
export function saveAdapter({ dir, config, adapter }: AdapterFolderOptions & { adapter: Adapter }): void {
  checkAdapter(config, adapter);
  const { prompt, base } = adapter;
  if (prompt) return savePrompt({ dir, config, prompt, base });
  const tensors: Weights = {};
  for (const [name, update] of Object.entries(adapter.updates))
    for (const [part, end] of Object.entries(ends) as [keyof typeof ends, string][])
      if (update[part]) tensors[`${prefix}${moduleOf(config, name)}${end}`] = update[part];
  for (const [name, { data }] of Object.entries(adapter.rows))
    tensors[`${prefix}${moduleOf(config, name)}${rowsEnd}`] = data;
  const text = jsonText(configOf(config, adapter));
  mkdirSync(dir, { recursive: true });
  writeSafetensors(join(dir, files.weights), tensors);
  writeAtomically(join(dir, files.config), text);
}

function configOf(config: ModelConfig, { updates, rows, rslora = false, base }: Adapter): Record<string, unknown> {
  const names = Object.keys(updates);
  const all = Object.entries(updates).map(([name, { a, scale }]) => {
    const rank = a.shape[0]!;
    return {
      module: moduleOf(config, name),
      rank,
      alpha: Number((scale * (rslora ? Math.sqrt(rank) : rank)).toPrecision(12)),
    };
  });
  const dora = Object.values(updates).filter(({ magnitude }) => magnitude).length;
  if (all.length === 0) throw new Error("saveAdapter: invalid adapter: it has no low-rank update");
  if (dora > 0 && dora < all.length)
    throw new Error(
      "saveAdapter: invalid adapter: some updates have magnitudes and others none, which PEFT cannot say",
    );
  const { rank, alpha } = all[0]!;
  const others = <Field extends "rank" | "alpha">(field: Field, usual: number): Record<string, number> =>
    Object.fromEntries(all.filter((each) => each[field] !== usual).map((each) => [each.module, each[field]]));
  const places = Object.values(placesOf(config));
  return {
    peft_type: "LORA",
    task_type: config.encoder ? null : "CAUSAL_LM",
    base_model_name_or_path: base ?? null,
    inference_mode: true,
    r: rank,
    lora_alpha: alpha,
    rank_pattern: others("rank", rank),
    alpha_pattern: others("alpha", alpha),
    use_rslora: rslora,
    use_dora: dora > 0,
    lora_dropout: 0,
    bias: "none",
    fan_in_fan_out: names.some((name) => places.some((place) => place.name === name && place.transposed)),
    target_modules: targetsOf(config, names),
    trainable_token_indices:
      Object.keys(rows).length > 0
        ? Object.fromEntries(
            Object.entries(rows).map(([name, { ids }]) => [moduleOf(config, name).split(".").at(-1), [...ids]]),
          )
        : null,
    modules_to_save: null,
  };
}

/** By the last part of their names where that names no other matrix, else by the whole. */
function targetsOf(config: ModelConfig, names: string[]): string[] {
  const last = (name: string): string => moduleOf(config, name).split(".").at(-1)!;
  const short = new Set(names.map(last));
  const meant = parametersOf(config).filter(({ name, shape }) => shape.length === 2 && short.has(last(name)));
  const inLayers = linearLayers(config);
  const exact = meant.length === names.length && meant.every(({ name }) => inLayers.some((each) => each.name === name));
  return exact ? [...short] : names.map((name) => moduleOf(config, name));
}
