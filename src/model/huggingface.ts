/**
 * A model as a Hugging Face folder: config.json, model.safetensors, tokenizer.json and its tokenizer_config.json. What
 * config.json says is in `huggingface-config.ts`; sharded checkpoints are not read.
 */
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../files.js";
import type { LanguageModel, ModelConfig, Weights } from "../types.js";
import { stringify } from "../vocab/index.js";
import { parameterShapes } from "./config.js";
import { fromHuggingFace, toHuggingFace } from "./huggingface-config.js";
import { readJson } from "./read-json.js";
import { readSafetensors, writeSafetensors } from "./safetensors.js";
import { readTokenizer } from "./tokenizer-files.js";

/** What `AutoTokenizer` wants to know besides tokenizer.json. */
function tokenizerConfig({ config, tokenizer }: LanguageModel): Record<string, unknown> {
  const end = tokenizer.tokenOf(tokenizer.endOfText);
  return {
    tokenizer_class: "PreTrainedTokenizerFast",
    bos_token: end,
    eos_token: end,
    model_max_length: config.context,
    clean_up_tokenization_spaces: false,
  };
}

/** Writes the folder, config.json last; each file is complete or absent. */
export function save({ dir, model }: { dir: string; model: LanguageModel }): void {
  mkdirSync(dir, { recursive: true });
  writeSafetensors(join(dir, "model.safetensors"), model.weights);
  writeAtomically(join(dir, "tokenizer.json"), stringify(model.tokenizer));
  const write = (name: string, json: object): void =>
    writeAtomically(join(dir, name), JSON.stringify(json, null, 2) + "\n");
  write("tokenizer_config.json", tokenizerConfig(model));
  write("config.json", toHuggingFace(model.config, model.tokenizer.endOfText));
}

export function load(dir: string): LanguageModel {
  for (const name of ["config.json", "model.safetensors", "tokenizer.json"])
    if (!existsSync(join(dir, name))) throw new Error(`load: invalid model folder: ${dir} (it has no ${name})`);
  const json = readJson(join(dir, "config.json"), "load");
  const config = fromHuggingFace(json);
  const weights = pick(readSafetensors(join(dir, "model.safetensors")).weights, config, dir);
  const endId = [json.eos_token_id].flat()[0];
  const tokenizer = readTokenizer({ path: dir, prefer: ({ id }) => id === endId });
  if (tokenizer.size > config.vocabSize)
    throw new Error(
      `load: invalid tokenizer: ${dir} (its ids go to ${tokenizer.size - 1}, the model has ${config.vocabSize} rows)`,
    );
  return { config, weights, tokenizer };
}

/** The parameters of the shape of model, all of them and no others. */
function pick(found: Weights, config: ModelConfig, dir: string): Weights {
  const weights: Weights = {};
  for (const [name, shape] of Object.entries(parameterShapes(config))) {
    const array = found[name];
    if (!array || `${array.shape}` !== `${shape}`)
      throw new Error(
        `load: invalid weights: ${dir} (${name} is [${array?.shape ?? "absent"}], config.json says [${shape}])`,
      );
    weights[name] = array;
  }
  // Old checkpoints also keep the head that is tied, and the table of rotary frequencies.
  const harmless = (name: string): boolean => name === "lm_head.weight" || name.endsWith("rotary_emb.inv_freq");
  const strange = Object.keys(found).find((name) => !(name in weights) && !harmless(name));
  if (strange) throw new Error(`load: invalid weights: ${dir} (config.json has no place for ${strange})`);
  return weights;
}
