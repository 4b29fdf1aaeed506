/** What the measures ask of a tokenizer once, whatever the number of languages: its size, its unknown token, its bytes. */
import type { TokenizerJson } from "./format.js";
import { fromSymbols } from "./bytes.js";
import type { Tokenizer } from "../types.js";

export interface Profile {
  tokenizer: Tokenizer;
  /** Ids that some token has: a file may leave gaps. */
  size: number;
  unknown: number | undefined;
  /** Byte of each token that stands for one. */
  bytes: Map<number, number>;
  /** Whether it puts a blank before every text itself, as some SentencePiece files do: two would be two tokens. */
  blank: boolean;
}

export async function profileOf(tokenizer: Tokenizer): Promise<Profile> {
  const unk = (tokenizer.json as TokenizerJson).model.unk_token;
  const [first] = await tokenizer.encode("a");
  let size = 0;
  for (let id = 0; id < tokenizer.size; id++) if (tokenizer.tokenOf(id) !== undefined) size++;
  return {
    tokenizer,
    size,
    unknown: typeof unk === "string" ? tokenizer.idOf(unk) : undefined,
    bytes: byteTokens(tokenizer),
    blank: first !== undefined && tokenizer.bytesOf(first)[0] === 0x20,
  };
}

/**
 * Tokens that stand for one byte because nothing better fits: the 256 letters of a byte-level alphabet, or SentencePiece's
 * `<0x00>` to `<0xFF>`. In the first kind an ASCII letter that stands alone is such a token too, so the bytes above 0x7F
 * are what tells of text that the vocabulary does not know.
 */
function byteTokens(tokenizer: Tokenizer): Map<number, number> {
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
