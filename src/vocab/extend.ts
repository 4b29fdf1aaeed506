/**
 * An existing tokenizer with more tokens, which new texts ask for: by merges, by longer pieces of words, or by pieces with
 * scores, as its model is. New tokens are numbered after the largest id of the old file; old ids, specials included, keep
 * their meaning, so an embedding table only grows.
 */
import { extendBpe } from "./extend-bpe.js";
import { extendUnigram } from "./extend-unigram.js";
import { extendWordPiece } from "./extend-word-piece.js";
import type { Extender, ExtendOptions } from "./extending.js";
import { unreachable } from "./reach.js";
import { tablesOf } from "./tables.js";
import type { ModelName } from "./types.js";
import type { Tokenizer } from "../types.js";

const extenders: Record<ModelName, Extender> = {
  BPE: extendBpe,
  WordPiece: extendWordPiece,
  Unigram: extendUnigram,
};

export async function extend(options: ExtendOptions): Promise<Tokenizer> {
  const { base, newTokens, minFrequency = 1, characterCoverage = 0.9995, maxLength = Infinity } = options;
  const { kind, size } = tablesOf(base);
  if (!(Number.isInteger(newTokens) && newTokens > 0))
    throw new RangeError(`extend: invalid newTokens: ${newTokens} (1 or more)`);
  if (!(minFrequency >= 0)) throw new RangeError(`extend: invalid minFrequency: ${minFrequency} (0 or more)`);
  if (!(maxLength >= 2)) throw new RangeError(`extend: invalid maxLength: ${maxLength} (2 or more)`);
  if (!(characterCoverage >= 0 && characterCoverage <= 1))
    throw new RangeError(`extend: invalid characterCoverage: ${characterCoverage} (a share from 0 to 1)`);
  const wide = await extenders[kind]({ ...options, minFrequency, characterCoverage });
  const [lost] = unreachable(wide, size);
  if (lost !== undefined)
    throw new Error(
      `extend: invalid ${kind === "BPE" ? "merges" : "pieces"}: no text encodes to the new token ${JSON.stringify(wide.tokenOf(lost))}`,
    );
  return wide;
}
