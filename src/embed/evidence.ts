/**
 * What an initialiser may be told beyond the two tokenizers and the old table: plain data that the caller prepares, from
 * `train.wordVectors`, a dictionary, another model or word alignments. Each initialiser says which of it it needs; `need`
 * is the one line it throws where that is missing.
 */
import type { NdArray, Tokenizer } from "../types.js";

/** Vectors of words as they are written, without the space before them. */
export interface WordVectors {
  words: string[];
  /** [words.length, dim]. */
  vectors: NdArray;
  /** How often the text had each word; ones where unknown. */
  counts: ArrayLike<number>;
  /** Where parts of words were learned too: a row for each bucket, so that any text has a vector. */
  grams?: { min: number; max: number; buckets: number; vectors: NdArray };
}

export interface Evidence {
  /** A vector per id of the new tokenizer, [size, dim]; zeros where a token has none. */
  tokenVectors?: NdArray;
  /** Words of the base's language and of the new one; the same object twice where one space holds both languages. */
  words?: { base: WordVectors; target: WordVectors };
  /** [word of the base's language, word of the new language]. */
  dictionary?: [string, string][];
  /** The input table of another model, with its tokenizer: its rows say which tokens are alike. */
  helper?: { table: NdArray; tokenizer: Tokenizer };
  /** How often a word aligner linked a new token with an old one: [id in the new tokenizer, id in the base's, count]. */
  alignment?: [number, number, number][];
  /** Text of the new language as ids of the new tokenizer, a document each. */
  documents?: ArrayLike<number>[];
  /** How the base's tokenizer spells what the new tokens cover in a text. */
  spellings?: Spellings;
}

/** By new id: each of its old spellings, with its count. */
export type Spellings = ReadonlyMap<number, readonly { ids: readonly number[]; count: number }[]>;

/** How each piece is made, as the errors say it. */
const recipes: Record<keyof Evidence, string> = {
  tokenVectors: "train.tokenVectors({ texts, tokenizer }) makes them",
  words: "{ base, target }, each from train.wordVectors({ texts })",
  dictionary: "corpus.dictionary({ from, to }) or corpus.dictionary({ path })",
  helper: "{ table, tokenizer } of a model that reads the new language",
  alignment: "[new id, old id, count] triples of a word aligner",
  documents: "tokenizer.encodeBatch(texts)",
  spellings: "embed.spellings({ base, tokenizer, texts }) counts them",
};

/** The evidence named `piece`, or one line that says what to bring and how. */
export function need<K extends keyof Evidence>(
  caller: string,
  evidence: Evidence | undefined,
  piece: K,
): NonNullable<Evidence[K]> {
  const found = evidence?.[piece];
  if (!found) throw new Error(`${caller}: invalid evidence: no ${piece} (${recipes[piece]})`);
  return found;
}
