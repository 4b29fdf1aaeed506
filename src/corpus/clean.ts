/**
 * Cleaning that every source gets: one Unicode form, no control characters, single spaces, no empty or repeated documents.
 * It does not judge quality or language; a line that is text stays.
 */
import type { Document } from "./types.js";

/** NFC; line ends as \n; tabs and runs of spaces as one space; no control characters, lone surrogates replaced; at most one blank line. */
export function cleanText(text: string): string {
  return text
    .replace(/\r\n?|\u2028|\u2029/g, "\n")
    .replace(/\p{Surrogate}/gu, "\ufffd")
    .replace(/[^\P{Cc}\t\n]|\ufeff/gu, "")
    .normalize("NFC")
    .replace(/\t[\t ]*| [\t ]+/g, " ")
    .replace(/^ | $/gm, "")
    .replace(/\n{3,}/g, "\n\n")
    .replace(/^\n+|\n+$/g, "");
}

export interface Cleaned {
  documents: Document[];
  empty: number;
  /** Documents whose cleaned text an earlier document already had. */
  repeated: number;
}

/** Cleans one language's documents and drops the empty and the repeated; the first of equals stays. */
export function cleanDocuments(documents: readonly Document[]): Cleaned {
  const seen = new Set<string>();
  const kept: Document[] = [];
  let empty = 0;
  for (const { key, text } of documents) {
    const cleaned = cleanText(text);
    if (cleaned === "") empty++;
    else if (!seen.has(cleaned)) {
      seen.add(cleaned);
      kept.push({ key, text: cleaned });
    }
  }
  return { documents: kept, empty, repeated: documents.length - empty - kept.length };
}
