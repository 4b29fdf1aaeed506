/** A tokenizer's vocabulary as tables: what `check-model.ts` reads from a file, and the rows of `models.ts` make of it. */
import type { AddedTokenJson, Family, ModelJson, TokenizerJson } from "./format.js";
import type { PairTable } from "./pairs.js";

/** Merges by rank: `pairs.value[p]` is the rank of pair p, `results[rank]` the token that it makes. */
export interface Merges {
  pairs: PairTable;
  results: number[];
}

/** What a model's own checks give. */
export interface Checked {
  /** Ids of the model's own vocabulary. */
  modelIds: Map<string, number>;
  /** Of BPE alone. */
  merges?: Merges;
}

/** The checked tables of a file. */
export interface Vocab extends Checked {
  /** With the ids that Hugging Face's library gives them, which are not always the file's. */
  added: AddedTokenJson[];
}

/** The kinds of model in this format that are read, by the name that the file gives them. */
export type ModelName = "BPE" | "WordPiece" | "Unigram";

/** Tokens by id and ids by token, added ones included. */
export interface Names {
  /** One more than the largest id. */
  size: number;
  /** Token strings by id, vocabulary keys and added tokens; undefined where no token has the id. */
  tokens: (string | undefined)[];
  /** Ids of all tokens, those of the model's vocabulary and added ones. */
  ids: Map<string, number>;
  modelIds: Map<string, number>;
  added: ReadonlySet<number>;
}

/** A vocabulary of whichever kind, and what its model does with text. */
export interface Tables extends Names {
  kind: ModelName;
  /** The raw bytes of an id, undefined where no token has it. Not to be changed. */
  bytesOf: (id: number) => Uint8Array | undefined;
  /** Id of each single byte, -1 where the vocabulary lacks it. */
  byteIds: Int32Array;
  /** The byte that a token stands for, for want of a better one; -1 for other tokens. */
  byteOf: (id: number) => number;
  /** Id of what stands for text without a token. */
  unknown: number | undefined;
  /** Whether a token is a single symbol, of which others are made: a byte, or a character. */
  isCharacter: (id: number) => boolean;
  /** Whether there are tokens of all single symbols that its text is made of. */
  hasCharacters: (id: number) => boolean;
  /** Whether a character without a token is spelled by its bytes. */
  byteFallback: boolean;
  /** The ids of a text, undefined where it is left to Hugging Face's library. */
  encode: (text: string) => number[] | undefined;
  /** The model alone: ids that spell exactly `bytes`, -1 - byte for each byte that has no token. */
  spell: (bytes: Uint8Array) => number[];
  /** Every id is that of a token. */
  decode: (ids: number[]) => string;
  /** Why a text cannot be an added token, undefined where it can. */
  misread: (text: string) => string | undefined;
}

export interface Bpe extends Tables {
  family: Family;
  merges: Merges;
}

/** What new tokens bring along. */
export interface News {
  /** BPE: all merges, strongest first; defaults to those of the old that still have their tokens. */
  merges?: [string, string][] | undefined;
  /** Unigram: scores of new pieces; defaults to 0, which is for added tokens. */
  scores?: ReadonlyMap<string, number> | undefined;
}

/** A kind of model: one file each, one row each in `models.ts`. */
export interface ModelRow {
  summary: string;
  reference: string;
  /** Throws one line for the first thing that is wrong, naming it. `claim` takes an id for a token, or throws. */
  check: (model: Record<string, unknown>, claim: (id: unknown, token: string) => void) => Checked;
  tables: (json: TokenizerJson<ModelJson>, checked: Checked) => Tables;
  /** The model with exactly these tokens at these ids. */
  restated: (model: ModelJson, vocabulary: ReadonlyMap<string, number>, news: News) => ModelJson;
}
