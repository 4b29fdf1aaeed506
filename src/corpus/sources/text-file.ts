/** A plain text file as documents. Where a document ends is the caller's to say; `auto` is a guess that suits most files. */
import { readFileSync, statSync } from "node:fs";
import { gatherByLength } from "./gather.js";
import { decodeUtf8 } from "./utf8.js";

/**
 * What one document of a .txt file is. `file`: all of it. `form-feed`: what stands between form feeds. `paragraph`: what stands
 * between blank lines. `auto`: form feeds when the file has any, else paragraphs gathered to about 2,000 characters.
 */
export type TextDocuments = "auto" | "file" | "form-feed" | "paragraph";

/** V8's longest string, less a margin. */
const longest = 500_000_000;

export function readTextFile(path: string, documents: TextDocuments): string[] {
  const { size } = statSync(path);
  if (size > longest)
    throw new Error(
      `load: ${path} is too large for one text file: ${size} bytes; cut it into files of up to ${longest} bytes, or use jsonl`,
    );
  const text = decodeUtf8(readFileSync(path), path).replace(/\r\n?/g, "\n");
  switch (documents) {
    case "file":
      return [text];
    case "form-feed":
      return text.split("\f");
    case "paragraph":
      return paragraphs(text);
    case "auto":
      return text.includes("\f")
        ? text.split("\f")
        : gatherByLength("", paragraphs(text), 2000).map((document) => document.text);
    default:
      throw new Error(`load: invalid documents: ${String(documents)}; one of auto, file, form-feed, paragraph`);
  }
}

const paragraphs = (text: string): string[] => text.split(/\n[\t ]*(?:\n[\t ]*)+/).filter((part) => part.trim() !== "");
