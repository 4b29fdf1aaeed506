/**
 * A tokenizer.json with some of its tokens: ids dense from 0 in their old order, and
 * every place of the file that holds an id rewritten. Not in the file, so left to whoever keeps them: `tokenizer_config.json`,
 * `generation_config.json`, and the rows of a model.
 */
import type { ModelJson, StageJson, TokenizerJson } from "./format.js";
import { models } from "./models.js";
import { tablesOf } from "./tables.js";

/** `newIds[old]` is the new id, -1 for a token that goes. Added tokens stand in the vocabulary, or a loader would renumber them. */
export function renumbered(json: TokenizerJson<ModelJson>, newIds: Int32Array): TokenizerJson<ModelJson> {
  const { kind, modelIds } = tablesOf({ json });
  const kept = new Map<string, number>();
  const newId = (id: number): number => newIds[id] ?? id;
  for (const [token, id] of modelIds) if (newIds[id]! >= 0) kept.set(token, newIds[id]!);
  for (const { content, id } of json.added_tokens) kept.set(content, newIds[id]!);
  const vocabulary = new Map([...kept].sort((a, b) => a[1] - b[1]));
  return {
    ...json,
    added_tokens: json.added_tokens.map((token) => ({ ...token, id: newIds[token.id]! })),
    post_processor: json.post_processor && (moved(json.post_processor, newId) as StageJson),
    padding: json.padding && moved(json.padding, newId),
    model: models[kind].restated(json.model, vocabulary, {}),
  };
}

/** A stage with its ids changed: `ids` of a template's tokens, `["[CLS]", 101]` of older stages, `pad_id`. */
export function moved(value: object, newId: (id: number) => number): object {
  const entries = Object.entries(value).map(([key, inner]: [string, unknown]): [string, unknown] => {
    if (key === "pad_id" && typeof inner === "number") return [key, newId(inner)];
    if (!Array.isArray(inner)) return [key, isObject(inner) ? moved(inner, newId) : inner];
    if (key === "ids") return [key, inner.map((id) => newId(id as number))];
    if (key === "cls" || key === "sep") return [key, [inner[0], newId(inner[1] as number)]];
    return [key, inner.map((each: unknown) => (isObject(each) ? moved(each, newId) : each))];
  });
  return Object.fromEntries(entries);
}

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);
