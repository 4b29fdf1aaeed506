/** Gopher's rules of repetition: lines, paragraphs and stretches of words that come more than once (Rae et al. 2021, table A1). */
import { made } from "../../registry.js";
import { lengthOf, strip } from "./rules/characters.js";
import { duplicatesIn } from "./rules/duplicates.js";
import { commonest, Strung } from "./rules/ngrams.js";
import { type LanguageOptions, splitterOf } from "./rules/words.js";
import type { Step } from "./types.js";

/** Shares that a text may have at most; of a text's code points, where not of its lines or paragraphs. 0 is no limit. */
export interface GopherRepetitionOptions extends LanguageOptions {
  /** Of lines that came before among lines; defaults to .3. */
  lines?: number;
  /** Defaults to .3. */
  paragraphs?: number;
  /** Of such lines' code points; defaults to .2. */
  lineLetters?: number;
  /** Defaults to .2. */
  paragraphLetters?: number;
  /** Of the commonest stretch of n words, for n = 2, 3, …; defaults to [.2, .18, .16]. */
  commonest?: readonly number[];
  /** Of stretches of n words that came before, for n = 5, 6, …; defaults to [.15, .14, .13, .12, .11, .1]. */
  stretches?: readonly number[];
}

export function gopherRepetition(given: GopherRepetitionOptions = {}): Step {
  const { lines = 0.3, paragraphs = 0.3, lineLetters = 0.2, paragraphLetters = 0.2 } = given;
  const { commonest: top = [0.2, 0.18, 0.16], stretches = [0.15, 0.14, 0.13, 0.12, 0.11, 0.1] } = given;
  const split = splitterOf(given);

  function fault(text: string): string | undefined {
    if (text === "") return "no words";
    const length = lengthOf(text);
    const repeated = (parts: string[], most: number, mostLetters: number, what: string): string | undefined => {
      const found = duplicatesIn(parts);
      if (most && found.count / parts.length > most) return `repeated ${what}`;
      return mostLetters && found.length / length > mostLetters ? `letters of repeated ${what}` : undefined;
    };
    const ofLines =
      repeated(strip(text).split(/\n{2,}/), paragraphs, paragraphLetters, "paragraphs") ??
      repeated(text.split(/\n+/), lines, lineLetters, "lines");
    if (ofLines) return ofLines;
    const words = split(text);
    const often = commonest(words, top.length + 1).findIndex((found, i) => top[i]! > 0 && found / length > top[i]!);
    if (often >= 0) return `common ${often + 2} words`;
    const strung = new Strung(words);
    const again = stretches.findIndex((most, i) => most > 0 && strung.duplicated(i + 5) / length > most);
    return again >= 0 ? `repeated ${again + 5} words` : undefined;
  }
  return made({
    name: "gopher-repetition",
    options: { ...given, lines, paragraphs, lineLetters, paragraphLetters, commonest: top, stretches },
    alone: true,
    open: () => ({
      judge(document) {
        const dropped = fault(document.text);
        return dropped ? { dropped } : document;
      },
    }),
  });
}
