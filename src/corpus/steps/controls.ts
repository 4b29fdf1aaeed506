/** Control characters go, and byte order marks; tabs and line ends stay, and words that one parts stay apart. */
import { eachText } from "./each-text.js";
import type { Step } from "./types.js";

/** They stand between words, line separators of one convention or another. */
export const parting: ReadonlySet<string> = new Set("\v\f\u0085\u001c\u001d\u001e\u001f");

export const controls = (): Step =>
  eachText("controls", (text) =>
    text.replace(/[^\P{Cc}\t\n\r]|\ufeff/gu, (character) => (parting.has(character) ? "\n" : "")),
  );
