/** A plain text file as documents. Where a document ends is the caller's to say; `auto` is a guess that suits most files. */
import type { PlacedRow, RowsOptions } from "./rows.js";
import { chunksOf } from "./unpack.js";
import { textPieces } from "./utf8.js";

/**
 * What one document of a .txt file is. `file`: all of it. `form-feed`: what stands between form feeds. `paragraph`: what stands
 * between blank lines. `auto`: pieces that end with a form feed when the file has any, else with the blank lines after about
 * 2,000 characters. `file` and `auto` keep every byte, and line ends stay what they are in all of them.
 */
export type TextDocuments = (typeof textDocuments)[number];

export const textDocuments = ["auto", "file", "form-feed", "paragraph"] as const;

/** Characters after which `auto` ends a document at the next blank line. */
const enough = 2000;

export interface TextRowsOptions extends RowsOptions {
  documents: TextDocuments;
}

/** Each document as a row with a `text`. Holds the longest one and the piece after it. */
export async function* textRows({ path, documents, longest, signal }: TextRowsOptions): AsyncGenerator<PlacedRow> {
  const cut = cutting(documents, documents === "auto" && (await hasFormFeed(path, signal)));
  let rest = "";
  let waiting: string[] = [];
  let length = 0;
  let number = 0;
  const placed = (text: string): PlacedRow => ({ row: { text }, where: `${path}, document ${++number}` });
  for await (const piece of textPieces(chunksOf(path, signal), path)) {
    waiting.push(piece);
    length += piece.length;
    // What could not be cut is looked at again when there is twice as much of it, so that no length costs its square.
    if (length < 2 * rest.length) continue;
    const text = waiting.join("");
    // White space at the end may go on.
    let settled = text.length;
    while (settled > 0 && text.length - settled < longestGap && "\t\r\n ".includes(text[settled - 1]!)) settled--;
    const whole = cut(text.slice(0, settled));
    rest = whole.pop()! + text.slice(settled);
    yield* whole.map(placed);
    if (rest.length > longest)
      throw new Error(
        `load: ${path}, document ${number + 1} is longer than ${longest} bytes (documents: where else one ends, or longest: a larger number of bytes)`,
      );
    waiting = [rest];
    length = rest.length;
  }
  yield* cut(waiting.join("")).map(placed);
}

/** White space after which text is cut wherever it is: no file has so much of it in one place. */
const longestGap = 1 << 20;

async function hasFormFeed(path: string, signal?: AbortSignal): Promise<boolean> {
  for await (const chunk of chunksOf(path, signal)) if (chunk.includes(12)) return true;
  return false;
}

/** A whole text as its documents, the last of which may be empty. */
function cutting(documents: TextDocuments, feeds: boolean): (text: string) => string[] {
  switch (documents) {
    case "file":
      return (text) => [text];
    case "form-feed":
      return (text) => text.split("\f");
    case "paragraph":
      return (text) => text.split(blankLines());
    case "auto":
      return feeds ? (text) => text.split(/(?<=\f)/) : gathered;
    default:
      throw new Error(`load: invalid documents: ${String(documents)}; one of ${textDocuments.join(", ")}`);
  }
}

/** A line end and the blank lines after it. */
const blankLines = (): RegExp => /(?:\r\n|\n|\r(?!\n))(?:[\t ]*(?:\r\n|\n|\r(?!\n)))+/g;

function gathered(text: string): string[] {
  const pieces: string[] = [];
  let from = 0;
  for (const { index, 0: gap } of text.matchAll(blankLines()))
    if (index - from >= enough) {
      pieces.push(text.slice(from, index + gap.length));
      from = index + gap.length;
    }
  return [...pieces, text.slice(from)];
}
