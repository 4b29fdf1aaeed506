/** What a token stands for, as a reader sees it: its text, or bytes such as "\xe2\x82" where it holds part of a character. */
import type { Tokenizer } from "../types.js";

const strict = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });

export function readable(tokenizer: Pick<Tokenizer, "bytesOf">, id: number): string {
  const bytes = tokenizer.bytesOf(id);
  try {
    return strict.decode(bytes);
  } catch {
    return Array.from(bytes, (byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");
  }
}
