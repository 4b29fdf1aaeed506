/** The tables of a tokenizer.json. Built once per JSON object and kept with it; `parse` has checked it before. */
import { checkModel } from "./check-model.js";
import type { ModelJson, TokenizerJson } from "./format.js";
import { modelRow } from "./models.js";
import type { Bpe, Checked, Tables } from "./types.js";
import type { Tokenizer } from "../types.js";

const built = new WeakMap<object, Tables>();

export function tablesOf({ json }: Pick<Tokenizer, "json">): Tables {
  const { model, added_tokens: added } = json as TokenizerJson<ModelJson>;
  return built.get(json) ?? keep(json as TokenizerJson<ModelJson>, checkModel(model, added));
}

/** For what is about merges, which only BPE has: throws one line for any other kind. */
export function bpeOf(tokenizer: Pick<Tokenizer, "json">, caller = "merges"): Bpe {
  const tables = tablesOf(tokenizer);
  if (tables.kind !== "BPE")
    throw new Error(`${caller}: invalid tokenizer: ${tables.kind} (it has no merges; a BPE tokenizer is needed)`);
  return tables as Bpe;
}

/** Builds the tables of a JSON and keeps them with it. `checked` is what its maker knows already. */
export function keep(json: TokenizerJson<ModelJson>, checked: Checked): Tables {
  const tables = modelRow(json.model as unknown as Record<string, unknown>).tables(json, checked);
  built.set(json, tables);
  return tables;
}
