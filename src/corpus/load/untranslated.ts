/**
 * Translated documentation keeps the original wherever nobody has translated it yet: about half of the Korean and the
 * Finnish LibreOffice Help is English. Left in, it would be replay of the old language under the new one's name,
 * so lines that stand word for word in the original are dropped from translations. Names and code the two share go too.
 */
import type { Document } from "../types.js";

export interface Translated {
  documents: Document[];
  /** UTF-8 bytes of the lines that were dropped. */
  dropped: number;
}

/** `originals` comes from `linesOf`. A document of which nothing is left comes back empty. */
export function dropUntranslated(documents: readonly Document[], originals: ReadonlySet<string>): Translated {
  let dropped = 0;
  const kept = documents.map(({ key, text }) => {
    const lines = text.split("\n").filter((line) => {
      if (!originals.has(line)) return true;
      dropped += Buffer.byteLength(line) + 1;
      return false;
    });
    return { key, text: lines.join("\n") };
  });
  return { documents: kept, dropped };
}

/** All lines of all documents: what is untranslated in one document may stand in the original of another. */
export function linesOf(documents: readonly Document[]): Set<string> {
  return new Set(documents.flatMap(({ text }) => text.split("\n")));
}
