/**
 * A tokenizer.json's BPE as tables: ids, bytes and ranked merges, the same for both families. Built once per JSON object
 * and kept with it. Not a validator: `parse` has checked the JSON before anything is built from it.
 */
import { fromSymbols, symbolOf } from "./bytes.js";
import { familyOf, type TokenizerJson } from "./format.js";
import { checkModel } from "./check-model.js";
import { byteOfToken, byteToken, underscore } from "./sentencepiece.js";
import type { Bpe, Vocab } from "./types.js";
import type { Tokenizer } from "../types.js";

const built = new WeakMap<object, Bpe>();

export function bpeOf({ json }: Pick<Tokenizer, "json">): Bpe {
  const { model, added_tokens: added } = json as TokenizerJson;
  return built.get(json) ?? keep(json as TokenizerJson, checkModel(model, added));
}

/** Builds the tables of a JSON and keeps them with it. `vocab` is what its maker knows already. */
export function keep(json: TokenizerJson, { modelIds, merges }: Pick<Vocab, "modelIds" | "merges">): Bpe {
  const family = familyOf(json) ?? "byte-level";
  const ids = new Map(modelIds);
  const tokens: (string | undefined)[] = [];
  const added = new Set<number>();
  for (const [token, id] of modelIds) tokens[id] = token;
  for (const { id, content } of json.added_tokens) {
    ids.set(content, id);
    tokens[id] = content;
    added.add(id);
  }
  const fallback = json.model.byte_fallback === true;
  const spell = family === "sentencepiece" ? (token: string) => plain(token, fallback) : fromAlphabet;
  const bytes: (Uint8Array | undefined)[] = [];
  const bytesOf = (id: number): Uint8Array | undefined => {
    const token = tokens[id];
    if (token === undefined) return undefined;
    return (bytes[id] ??= family === "byte-level" && added.has(id) ? utf8.encode(token) : spell(token));
  };
  const byteIds =
    family === "sentencepiece"
      ? Int32Array.from(symbolOf, (_, byte) => byteTokenOf(byte, modelIds, fallback))
      : Int32Array.from(symbolOf, (symbol) => modelIds.get(symbol) ?? -1);
  const bpe = { family, size: tokens.length, tokens, ids, modelIds, bytesOf, byteIds, merges };
  built.set(json, bpe);
  return bpe;
}

const utf8 = new TextEncoder();

const fromAlphabet = (token: string): Uint8Array => fromSymbols(token) ?? utf8.encode(token);

/** The bytes of a SentencePiece token. */
function plain(token: string, fallback: boolean): Uint8Array {
  const byte = fallback ? byteOfToken(token) : -1;
  return byte >= 0 ? Uint8Array.of(byte) : utf8.encode(token.replaceAll(underscore, " "));
}

/** Gemma has no <0x09>, but a token for the tab itself. */
function byteTokenOf(byte: number, modelIds: Map<string, number>, fallback: boolean): number {
  const named = fallback ? modelIds.get(byteToken(byte)) : undefined;
  if (named !== undefined || byte > 0x7f) return named ?? -1;
  return modelIds.get(byte === 0x20 ? underscore : String.fromCharCode(byte)) ?? -1;
}
