/** Names and ids of a tokenizer's tokens, whatever its model: the model's own and the added ones. */
import type { ModelJson, TokenizerJson } from "./format.js";
import type { Names } from "./types.js";

export function namesOf(json: TokenizerJson<ModelJson>, modelIds: Map<string, number>): Names {
  const ids = new Map(modelIds);
  const tokens: (string | undefined)[] = [];
  const added = new Set<number>();
  for (const [token, id] of modelIds) tokens[id] = token;
  for (const { id, content } of json.added_tokens) {
    ids.set(content, id);
    tokens[id] = content;
    added.add(id);
  }
  return { size: tokens.length, tokens, ids, modelIds, added };
}
