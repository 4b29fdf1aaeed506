/** What a vocabulary is extended with, whatever its model, and what every way of doing so is given. */
import type { OnProgress, Tokenizer } from "../types.js";

export interface ExtendOptions {
  base: Tokenizer;
  texts: Iterable<string>;
  /** How many tokens to add. Fewer than this many in the texts is an error. */
  newTokens: number;
  /** Pairs seen less often are not merged. Defaults to 1: every pair may be. */
  minFrequency?: number;
  /** Longest new token: characters, of a byte-level base bytes. Defaults to 16 where tokens write a space ▁, else to no limit. */
  maxLength?: number;
  /**
   * All but byte-level bases: characters of the texts that have no token get one first, the most frequent before the others,
   * until so many are covered; they count among the new tokens. Defaults to 0.9995; 0 leaves them to their bytes, or unknown,
   * and words with them apart.
   */
  characterCoverage?: number;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

/** Checked, and with defaults; how long a token may be is the model's to say. */
export type Extending = ExtendOptions & Required<Pick<ExtendOptions, "minFrequency" | "characterCoverage">>;

export type Extender = (options: Extending) => Promise<Tokenizer>;
