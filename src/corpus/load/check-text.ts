/** UTF-8 has no halves of surrogate pairs: a text with one would be another in a shard, and is refused in one line. */
import type { Document } from "../types.js";

export function checkText(language: string, { key, text }: Document, caller: string): void {
  const at = text.search(/\p{Surrogate}/u);
  if (at >= 0)
    throw new Error(
      `${caller}: invalid text in ${language}: ${key} has half a surrogate pair, \\u${text.charCodeAt(at).toString(16)}, which UTF-8 cannot hold (clean: ["surrogates"] replaces it)`,
    );
}
