/**
 * A tokenizer.json's byte-level BPE as tables: ids, bytes and ranked merges. Built once per JSON object and kept with it.
 * Not a validator: `parse` has checked the JSON before anything is built from it.
 */
import { fromSymbols, symbolOf } from "./bytes.js";
import { partsOf, type TokenizerJson } from "./format.js";
import { PairTable } from "./pairs.js";
import type { Tokenizer } from "../types.js";

/** Merges by rank: `pairs.value[p]` is the rank of pair p, `results[rank]` the token that it makes. */
export interface Merges {
  pairs: PairTable;
  results: number[];
}

export interface Bpe {
  /** One more than the largest id. */
  size: number;
  /** Token strings by id, vocabulary keys and added tokens; undefined where no token has the id. */
  tokens: (string | undefined)[];
  ids: Map<string, number>;
  /** Ids of the model's own vocabulary only. */
  modelIds: Map<string, number>;
  /** The raw bytes of each id. */
  bytes: (Uint8Array | undefined)[];
  /** Id of each single byte, -1 where the vocabulary lacks it. */
  byteIds: Int32Array;
  merges: Merges;
}

const built = new WeakMap<object, Bpe>();

export function bpeOf(tokenizer: Pick<Tokenizer, "json">): Bpe {
  let bpe = built.get(tokenizer.json);
  if (!bpe) built.set(tokenizer.json, (bpe = build(tokenizer.json as TokenizerJson)));
  return bpe;
}

function build(json: TokenizerJson): Bpe {
  const modelIds = new Map(Object.entries(json.model.vocab));
  const ids = new Map(modelIds);
  const tokens: (string | undefined)[] = [];
  const bytes: (Uint8Array | undefined)[] = [];
  const utf8 = new TextEncoder();
  for (const [token, id] of modelIds) {
    tokens[id] = token;
    bytes[id] = fromSymbols(token) ?? utf8.encode(token);
  }
  for (const { id, content } of json.added_tokens) {
    ids.set(content, id);
    tokens[id] = content;
    bytes[id] = utf8.encode(content);
  }
  const pairs = new PairTable(json.model.merges.length);
  const results: number[] = [];
  json.model.merges.forEach((merge, rank) => {
    const [left, right] = partsOf(merge);
    pairs.set(modelIds.get(left)!, modelIds.get(right)!, rank); // of a repeated pair the last rank counts
    results.push(modelIds.get(left + right)!);
  });
  const byteIds = Int32Array.from(symbolOf, (symbol) => modelIds.get(symbol) ?? -1);
  return { size: tokens.length, tokens, ids, modelIds, bytes, byteIds, merges: { pairs, results } };
}
