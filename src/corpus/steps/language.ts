/**
 * Documents that are in the language of their text stay, or the lines of them that are. Who filters web text keeps what lid.176 gives 0.65
 * or more (FineWeb, Penedo et al. 2024), which costs text full of names and code: of 480 documents of LibreOffice Help 52, and none
 * with `least: 0`, by which 30 planted documents in Finnish go all the same. A document in two languages is in neither: filter its lines.
 */
import { made } from "../../registry.js";
import { languageGuesser, type LanguageGuesser, type LanguageIdentifierOptions } from "../language/identifier.js";
import type { Step } from "./types.js";

export interface LanguageOptions extends LanguageIdentifierOptions {
  /** Defaults to what the text is called where it is loaded, "fi" or "pt-br". */
  is?: string;
  /** Defaults to "fasttext". */
  by?: "eld" | "fasttext";
  /** Probability that keeps a document, of "fasttext" alone; defaults to 0.65, and to 0 for lines, of which the likeliest language counts. */
  least?: number;
  /** Lines go, and not documents. Short ones stay, and those without letters, for there is too little to go by. Defaults to false. */
  lines?: boolean;
}

/** UTF-8 bytes of a line that is not judged. */
const short = 20;
const noLanguage = "in no language";

export function language(options: LanguageOptions = {}): Step {
  const { is, among, by = "fasttext", least, lines = false } = options;
  if (least !== undefined && by === "eld") throw new Error("language: invalid least: eld does not say how sure it is");
  if (least !== undefined && !(least >= 0 && least <= 1))
    throw new Error(`language: invalid least: ${least} (from 0 to 1)`);
  const bound = least ?? (by === "eld" || lines ? 0 : 0.65);
  let guesser: LanguageGuesser | undefined;
  return made({
    name: "language",
    options: { is, among, by, least: by === "eld" ? undefined : bound, lines },
    alone: true,
    async ready() {
      guesser ??= await languageGuesser({ among, by });
      if (is !== undefined) guesser.nameOf(is, "language: invalid is");
    },
    ...(is === undefined && { forText: (name: string) => language({ ...options, is: name }) }),
    open() {
      if (is === undefined) throw new Error("language: invalid is: none (which language is the text in?)");
      if (!guesser) throw new Error("language: it is not ready (await its ready() before it is opened)");
      const { guess, nameOf } = guesser;
      const own = nameOf(is, "language: invalid is");

      /** Why a text is to go, or undefined. */
      function fault(text: string): string | undefined {
        const { language, probability } = guess(text);
        if (language === "") return noLanguage;
        if (language !== own) return `in ${language}`;
        return probability < bound ? `in ${own} by less than ${bound}` : undefined;
      }

      return {
        judge(document) {
          const { text } = document;
          if (!lines) {
            const why = fault(text);
            return why === undefined ? document : { dropped: why };
          }
          const kept = text
            .split("\n")
            .filter((line) => Buffer.byteLength(line.trim()) < short || (fault(line) ?? noLanguage) === noLanguage);
          const left = kept.join("\n");
          if (left === text) return document;
          if (left.trim() === "") return { dropped: `no line in ${own}` };
          return { ...document, text: left };
        },
      };
    },
  });
}
