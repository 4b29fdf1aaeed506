/** A plain text file as documents. Where a document ends is the caller's to say; `auto` is a guess that suits most files. */

/**
 * What one document of a .txt file is. `file`: all of it. `form-feed`: what stands between form feeds. `paragraph`: what stands
 * between blank lines. `auto`: pieces that end with a form feed when the file has any, else with the blank lines after about
 * 2,000 characters. `file` and `auto` keep every byte, and line ends stay what they are in all of them.
 */
export type TextDocuments = "auto" | "file" | "form-feed" | "paragraph";

/** Characters after which `auto` ends a document at the next blank line. */
const enough = 2000;

export function textDocuments(text: string, documents: TextDocuments): string[] {
  switch (documents) {
    case "file":
      return [text];
    case "form-feed":
      return text.split("\f");
    case "paragraph":
      return text.split(blankLines());
    case "auto":
      return text.includes("\f") ? text.split(/(?<=\f)/) : gathered(text);
    default:
      throw new Error(`load: invalid documents: ${String(documents)}; one of auto, file, form-feed, paragraph`);
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
