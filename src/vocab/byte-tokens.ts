/**
 * Which tokens of a vocabulary stand for one byte because nothing better fits: the 256 letters of a byte-level alphabet,
 * or SentencePiece's `<0x00>` to `<0xFF>`. In the first kind an ASCII letter that stands alone is such a token too, so the
 * bytes above 0x7F are what tells of text that the vocabulary does not know.
 */
import type { TokenizerJson } from "./format.js";
import { fromSymbols } from "./bytes.js";
import type { Tokenizer } from "../types.js";

/** The byte of each such token, by id. */
export function byteTokens(tokenizer: Tokenizer): Map<number, number> {
  const { model } = tokenizer.json as TokenizerJson;
  const bytes = new Map<number, number>();
  for (const [token, id] of Object.entries(model.vocab)) {
    if (model.byte_fallback) {
      const hex = /^<0x([0-9A-F]{2})>$/.exec(token)?.[1];
      if (hex !== undefined) bytes.set(id, parseInt(hex, 16));
    } else if (token.length === 1) {
      const byte = fromSymbols(token)?.[0];
      if (byte !== undefined) bytes.set(id, byte);
    }
  }
  return bytes;
}
