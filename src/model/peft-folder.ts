/**
 * Adapters as folders of Hugging Face's PEFT: adapter_config.json and adapter_model.safetensors. LoRA, rsLoRA and DoRA are read
 * and written, with rows of tokens (`trainable_token_indices`) and, read only, whole tables (`modules_to_save`).
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { linearLayers, moduleOf, parametersOf, placesOf, tablesOf } from "../architecture/index.js";
import { writeAtomically } from "../files.js";
import { isRecord, show } from "../foreign.js";
import { readJsonObject } from "../json-file.js";
import type { ModelConfig, NdArray, Weights } from "../types.js";
import { type Adapter, type AdapterRows, checkAdapter } from "./adapter.js";
import { jsonText } from "./json-text.js";
import { savePrompt } from "./prompt-folder.js";
import { readSafetensors, writeSafetensors } from "./safetensors.js";

const files = { config: "adapter_config.json", weights: "adapter_model.safetensors" } as const;
const prefix = "base_model.model.";
/** Ends of the names of tensors. */
const ends = { a: ".lora_A.weight", b: ".lora_B.weight", magnitude: ".lora_magnitude_vector" } as const;
const rowsEnd = ".token_adapter.trainable_tokens_delta";

export interface AdapterFolderOptions {
  dir: string;
  /** Of the model that the adapter is for. */
  config: ModelConfig;
}

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

/** What the folder holds, checked against the model's shape. Throws one line that names it. */
export function readAdapter({ dir, config }: AdapterFolderOptions): Adapter {
  const fail = (what: string): never => {
    throw new Error(`readAdapter: invalid adapter: ${dir} (${what})`);
  };
  const json = readJsonObject(join(dir, files.config), "readAdapter");
  if (json.peft_type !== "LORA") fail(`peft_type is ${show(json.peft_type)}; LORA is read`);
  if (json.lora_bias === true) fail("its updates have biases, which are not read");
  const rslora = json.use_rslora === true;
  const { weights } = readSafetensors(join(dir, files.weights));
  const adapter: Adapter = {
    updates: {},
    rows: {},
    rslora,
    ...(typeof json.base_model_name_or_path === "string" && { base: json.base_model_name_or_path }),
  };
  const taken = new Set<string>();
  const take = (name: string): NdArray | undefined => {
    if (weights[name]) taken.add(name);
    return weights[name];
  };
  for (const name of Object.keys(weights)) {
    if (!name.startsWith(prefix) || !name.endsWith(ends.a)) continue;
    const module = name.slice(prefix.length, -ends.a.length);
    const a = take(name)!;
    const b = take(`${prefix}${module}${ends.b}`) ?? fail(`${module} has no lora_B`);
    const magnitude = take(`${prefix}${module}${ends.magnitude}`) ?? take(`${prefix}${module}${ends.magnitude}.weight`);
    const [alpha, rank] = [alphaOf(json, module, fail), a.shape[0]!];
    const scale = alpha / (rslora ? Math.sqrt(rank) : rank);
    adapter.updates[`${module}.weight`] = { a, b, scale, ...(magnitude && { magnitude }) };
  }
  const { embedding, head } = tablesOf(config);
  for (const table of [embedding, head ?? embedding])
    // By both names, where versions of transformers differ.
    for (const module of new Set([moduleOf(config, table), table.replace(/\.weight$/, "")])) {
      const rows = take(`${prefix}${module}${rowsEnd}`);
      if (rows) adapter.rows[table] = { ids: idsOf(json, module, fail), data: rows };
      const whole = take(`${prefix}${module}.weight`) ?? take(`${prefix}${module}.modules_to_save.weight`);
      if (whole) adapter.rows[table] = wholeTable(whole);
    }
  const strange = Object.keys(weights).find((name) => !taken.has(name));
  if (strange !== undefined) fail(`${strange} is neither an update of a linear layer nor rows of a table`);
  try {
    checkAdapter(config, adapter);
  } catch (error) {
    fail((error as Error).message);
  }
  return adapter;
}

/** The alpha of a module: that of the first pattern its name ends with, as PEFT reads them, else the one of all. */
function alphaOf(json: Record<string, unknown>, module: string, fail: (what: string) => never): number {
  const patterns = isRecord(json.alpha_pattern) ? Object.keys(json.alpha_pattern) : [];
  const found = patterns.find((pattern) => module === pattern || module.endsWith(`.${pattern}`));
  const alpha = found === undefined ? json.lora_alpha : (json.alpha_pattern as Record<string, unknown>)[found];
  if (!(typeof alpha === "number" && Number.isFinite(alpha))) fail(`lora_alpha of ${module} is ${show(alpha)}`);
  return alpha as number;
}

/** `trainable_token_indices` is one list for the input table, or lists by the ends of names. */
function idsOf(json: Record<string, unknown>, module: string, fail: (what: string) => never): number[] {
  const said = json.trainable_token_indices;
  const ids = isRecord(said)
    ? Object.entries(said).find(([name]) => module === name || module.endsWith(`.${name}`))?.[1]
    : said;
  return Array.isArray(ids) ? (ids as number[]) : fail(`trainable_token_indices has no list for ${module}`);
}

const wholeTable = (data: NdArray): AdapterRows => ({
  ids: Array.from({ length: data.shape[0]! }, (_, id) => id),
  data,
});
