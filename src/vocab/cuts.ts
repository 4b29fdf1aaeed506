/** Where a tokenizer cuts a text: the bytes of each token, in order, for figures and for teaching. */
import { decodeBytes } from "./raw.js";
import type { Tokenizer } from "../types.js";

/** The part of the text's UTF-8 that each token stands for. A blank that the tokenizer put before the text is left out. */
export async function cuts(tokenizer: Tokenizer, text: string): Promise<Uint8Array[]> {
  const ids = await tokenizer.encode(text);
  const whole = decodeBytes(tokenizer, ids);
  const wanted = new TextEncoder().encode(text);
  const blank = whole.length - wanted.length;
  const same =
    (blank === 0 || (blank === 1 && whole[0] === 0x20)) && wanted.every((byte, i) => byte === whole[i + blank]);
  if (!same)
    throw new Error(
      `cuts: invalid text: ${JSON.stringify(text.slice(0, 40))} (the tokenizer changes it, so it has no cuts in it)`,
    );
  const pieces = ids.map((id) => tokenizer.bytesOf(id));
  if (blank === 1) pieces[0] = pieces[0]!.subarray(1);
  return pieces.filter((piece) => piece.length > 0);
}
