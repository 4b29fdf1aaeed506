/** A tokenizer's BPE as tables: what `check-model.ts` reads from a file, and `bpe.ts` makes of it. */
import type { AddedTokenJson, Family } from "./format.js";
import type { PairTable } from "./pairs.js";

/** Merges by rank: `pairs.value[p]` is the rank of pair p, `results[rank]` the token that it makes. */
export interface Merges {
  pairs: PairTable;
  results: number[];
}

/** The checked tables of a file. */
export interface Vocab {
  /** Ids of the model's own vocabulary. */
  modelIds: Map<string, number>;
  merges: Merges;
  /** With the ids that Hugging Face's library gives them, which are not always the file's. */
  added: AddedTokenJson[];
}

export interface Bpe extends Omit<Vocab, "added"> {
  family: Family;
  /** One more than the largest id. */
  size: number;
  /** Token strings by id, vocabulary keys and added tokens; undefined where no token has the id. */
  tokens: (string | undefined)[];
  /** Ids of all tokens, those of the model's vocabulary and added ones. */
  ids: Map<string, number>;
  /** The raw bytes of an id, undefined where no token has it. Not to be changed. */
  bytesOf: (id: number) => Uint8Array | undefined;
  /** Id of each single byte, -1 where the vocabulary lacks it. */
  byteIds: Int32Array;
}
