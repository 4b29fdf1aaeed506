/** A tokenizer.json with more in it: new tokens numbered after the largest id. */
import type { ModelJson, TokenizerJson } from "./format.js";
import { models } from "./models.js";
import { tablesOf } from "./tables.js";
import type { News } from "./types.js";
import type { Tokenizer } from "../types.js";

export interface Widening extends News {
  /** New tokens in the order of their ids, which follow the largest of the base. */
  tokens: string[];
}

/** The base's added tokens stand in the vocabulary too: left out, the loader would renumber them. */
export function widened(base: Tokenizer, { tokens, ...news }: Widening): TokenizerJson<ModelJson> {
  const json = base.json as TokenizerJson<ModelJson>;
  const { kind, modelIds, size } = tablesOf(base);
  const vocab = new Map(modelIds);
  for (const { content, id } of json.added_tokens) vocab.set(content, id);
  tokens.forEach((token, i) => vocab.set(token, size + i));
  return { ...json, model: models[kind].restated(json.model, vocab, news) };
}
