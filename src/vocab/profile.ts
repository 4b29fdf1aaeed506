/** What the measures ask of a tokenizer once, whatever the number of languages: its size, its unknown token, its bytes. */
import { tablesOf } from "./tables.js";
import type { Tokenizer } from "../types.js";

export interface Profile {
  tokenizer: Tokenizer;
  /** Ids that some token has: a file may leave gaps. */
  size: number;
  unknown: number | undefined;
  /**
   * Byte of each token that stands for one because nothing better fits: the 256 letters of a byte-level alphabet, or
   * SentencePiece's `<0x00>` to `<0xFF>`. In the first kind an ASCII letter that stands alone is such a token too, so the bytes
   * above 0x7F are what tells of text that the vocabulary does not know.
   */
  bytes: Map<number, number>;
  /** Whether it puts a blank before every text itself, as some SentencePiece files do: two would be two tokens. */
  blank: boolean;
}

export async function profileOf(tokenizer: Tokenizer): Promise<Profile> {
  const { unknown, byteOf } = tablesOf(tokenizer);
  const [first] = await tokenizer.encode("a");
  let size = 0;
  const bytes = new Map<number, number>();
  for (let id = 0; id < tokenizer.size; id++) {
    if (tokenizer.tokenOf(id) !== undefined) size++;
    if (byteOf(id) >= 0) bytes.set(id, byteOf(id));
  }
  return {
    tokenizer,
    size,
    unknown,
    bytes,
    blank: first !== undefined && tokenizer.bytesOf(first)[0] === 0x20,
  };
}
