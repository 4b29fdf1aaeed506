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
  /** The raw bytes of an id, undefined where no token has it. Not to be changed. */
  bytesOf: (id: number) => Uint8Array | undefined;
  /** Id of each single byte, -1 where the vocabulary lacks it. */
  byteIds: Int32Array;
  merges: Merges;
}

const built = new WeakMap<object, Bpe>();

export function bpeOf({ json }: Pick<Tokenizer, "json">): Bpe {
  return built.get(json) ?? keep(json as TokenizerJson, readVocab(json as TokenizerJson));
}

/** What `keep` cannot find out faster from a JSON than its maker knows it. */
export type Vocab = Pick<Bpe, "modelIds" | "merges">;

/** Builds the tables of a JSON and keeps them with it. */
export function keep(json: TokenizerJson, { modelIds, merges }: Vocab): Bpe {
  const ids = new Map(modelIds);
  const tokens: (string | undefined)[] = [];
  const added = new Set<number>();
  for (const [token, id] of modelIds) tokens[id] = token;
  for (const { id, content } of json.added_tokens) {
    ids.set(content, id);
    tokens[id] = content;
    added.add(id);
  }
  const utf8 = new TextEncoder();
  const bytes: (Uint8Array | undefined)[] = [];
  const bytesOf = (id: number): Uint8Array | undefined => {
    const token = tokens[id];
    if (token === undefined) return undefined;
    return (bytes[id] ??= (added.has(id) ? undefined : fromSymbols(token)) ?? utf8.encode(token));
  };
  const byteIds = Int32Array.from(symbolOf, (symbol) => modelIds.get(symbol) ?? -1);
  const bpe = { size: tokens.length, tokens, ids, modelIds, bytesOf, byteIds, merges };
  built.set(json, bpe);
  return bpe;
}

function readVocab({ model }: TokenizerJson): Vocab {
  const modelIds = new Map(Object.entries(model.vocab));
  const pairs = new PairTable(model.merges.length);
  const results: number[] = [];
  model.merges.forEach((merge, rank) => {
    const [left, right] = partsOf(merge);
    pairs.set(modelIds.get(left)!, modelIds.get(right)!, rank); // of a repeated pair the last rank counts
    results.push(modelIds.get(left + right)!);
  });
  return { modelIds, merges: { pairs, results } };
}
