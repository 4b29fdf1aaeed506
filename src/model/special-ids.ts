/**
 * Ids and names of special tokens in the files beside a model (config.json, generation_config.json, tokenizer_config.json),
 * told anew for another tokenizer: an id follows its token, a token that is gone is named no longer, and where another token
 * ends documents now, that one comes first among those that end a text.
 */
import type { Tokenizer } from "../types.js";

type Json = Record<string, unknown>;

export function retold(
  was: Tokenizer,
  now: Tokenizer,
): { ids: (json: Json) => Json; names: (json: Json) => Json; added: (json: Json) => Json } {
  const end = now.tokenOf(now.endOfText)!;
  const endMoved = was.tokenOf(was.endOfText) !== end;
  const idNow = (id: number): number | undefined => {
    const token = was.tokenOf(id);
    if (token !== undefined) return now.idOf(token);
    return now.tokenOf(id) === undefined ? id : undefined;
  };
  const ids = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(ids).filter((id) => id !== null);
    return typeof value === "number" ? (idNow(value) ?? null) : value;
  };
  const ends = (value: unknown): unknown => {
    if (!endMoved) return value;
    const others = [value].flat().filter((id) => id !== null && id !== undefined && id !== now.endOfText);
    return others.length > 0 ? [now.endOfText, ...others] : now.endOfText;
  };
  const isGone = (name: unknown): boolean => {
    const token = typeof name === "object" && name !== null ? (name as { content?: unknown }).content : name;
    return typeof token === "string" && was.idOf(token) !== undefined && now.idOf(token) === undefined;
  };
  const addedTokens = (now.json as { added_tokens?: { id: number }[] }).added_tokens ?? [];

  return {
    ids: (json) =>
      map(json, (key, value) => {
        if (!/(_token_id|suppress_tokens)$/.test(key)) return value;
        return key === "eos_token_id" ? ends(ids(value)) : ids(value);
      }),
    names: (json) =>
      map(json, (key, value) => {
        if (key === "eos_token" && endMoved) return end;
        if (key === "added_tokens_decoder")
          return Object.fromEntries(addedTokens.map(({ id, ...token }) => [id, token]));
        if (/_tokens$/.test(key) && Array.isArray(value)) return value.filter((name) => !isGone(name));
        return /_token$/.test(key) && isGone(value) ? undefined : value;
      }),
    added: (json) => map(json, (name, id) => (typeof id === "number" ? now.idOf(name) : id)),
  };
}

/** Fields that become undefined are left out. */
function map(json: Json, change: (key: string, value: unknown) => unknown): Json {
  const changed = Object.entries(json).map(([key, value]) => [key, change(key, value)] as const);
  return Object.fromEntries(changed.filter(([, value]) => value !== undefined));
}
