/**
 * Adapters read from folders of Hugging Face's PEFT, as they come from others: LoRA, rsLoRA and DoRA, with rows of tokens
 * (`trainable_token_indices`) and whole tables (`modules_to_save`). What would be another function of the weights is refused.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { moduleOf, tablesOf } from "../architecture/index.js";
import { firstNotFinite } from "../finite.js";
import { isRecord, show } from "../foreign.js";
import { readJsonObject } from "../json-file.js";
import type { NdArray } from "../types.js";
import { type Adapter, type AdapterRows, checkAdapter } from "./adapter.js";
import { type AdapterFolderOptions, ends, files, prefix, rowsEnd } from "./peft-names.js";
import { called } from "./safetensors-header.js";
import { readSafetensors } from "./safetensors.js";

/** Fields of adapter_config.json that change what is computed, where they are set. */
const otherFunctions = [
  ...["lora_bias", "layer_replication", "alora_invocation_tokens", "arrow_config", "use_qalora", "use_bdlora"],
  ...["kasa_config", "velora_config", "monteclora_config"],
] as const;
/** Beginnings of A and B that are taken out of the base's weights. */
const changesBase = /^(pissa|olora|corda|loftq|lora_ga)/;

/** What the folder holds, checked against the model's shape. Throws one line that names it. */
export function readAdapter({ dir, config }: AdapterFolderOptions): Adapter {
  const fail = (what: string): never => {
    throw new Error(`readAdapter: invalid adapter: ${dir} (${what})`);
  };
  const json = readJsonObject(join(dir, files.config), "readAdapter");
  if (json.peft_type !== "LORA") fail(`peft_type is ${show(json.peft_type)}; LORA is read`);
  for (const field of otherFunctions)
    if (json[field]) fail(`${field} is ${show(json[field])}, which is another function of the weights`);
  const { init_lora_weights: begun } = json;
  if (typeof begun === "string" && changesBase.test(begun))
    fail(
      `it began as ${show(begun)}, which changes the base too: save it with path_initial_model_for_weight_conversion`,
    );
  const rslora = json.use_rslora === true;
  const { weights } = readSafetensors(weightsIn(dir, fail));
  for (const [name, { data }] of Object.entries(weights)) {
    const at = firstNotFinite(data);
    if (at >= 0) fail(`${called(name)} has ${data[at]}; finite numbers are expected`);
  }
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
    const b = take(`${prefix}${module}${ends.b}`) ?? fail(`${called(module)} has no lora_B`);
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
  if (strange !== undefined) fail(`${called(strange)} is neither an update of a linear layer nor rows of a table`);
  try {
    checkAdapter(config, adapter);
  } catch (error) {
    fail((error as Error).message);
  }
  return adapter;
}

function weightsIn(dir: string, fail: (what: string) => never): string {
  const path = join(dir, files.weights);
  if (!existsSync(path)) fail(`it has no ${files.weights}; an adapter_model.bin must be saved anew as safetensors`);
  return path;
}

/** The alpha of a module: that of the first pattern its name ends with, as PEFT reads them, else the one of all. */
function alphaOf(json: Record<string, unknown>, module: string, fail: (what: string) => never): number {
  const patterns = isRecord(json.alpha_pattern) ? Object.keys(json.alpha_pattern) : [];
  const found = patterns.find((pattern) => module === pattern || module.endsWith(`.${pattern}`));
  const alpha = found === undefined ? json.lora_alpha : (json.alpha_pattern as Record<string, unknown>)[found];
  if (!(typeof alpha === "number" && Number.isFinite(alpha))) fail(`lora_alpha of ${called(module)} is ${show(alpha)}`);
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
