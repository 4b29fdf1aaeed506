/** How a tokenizer would spell a piece of text that it has no token for: its model alone on bytes, no other stage. */
import { tablesOf } from "./tables.js";
import type { Tokenizer } from "../types.js";

/**
 * Ids of `base` that spell exactly `bytes`; e.g. `segment(base, wide.bytesOf(id))` for a token that only `wide` has. Throws
 * where its vocabulary lacks one of the bytes, as SmolLM2's does for 21 that no text has; `spell` does not.
 */
export function segment(base: Tokenizer, bytes: Uint8Array): number[] {
  const ids = spell(base, bytes);
  const missing = ids.find((id) => id < 0);
  if (missing !== undefined)
    throw new Error(
      `segment: invalid base: no token for byte ${-1 - missing} (its vocabulary lacks part of the byte alphabet)`,
    );
  return ids;
}

/**
 * Ids of `base` that spell `bytes`; -1 - byte stands for each byte that its vocabulary lacks. Of a WordPiece base a space begins
 * a word and bytes without one in front go on in it.
 */
export function spell(base: Tokenizer, bytes: Uint8Array): number[] {
  return tablesOf(base).spell(bytes);
}
