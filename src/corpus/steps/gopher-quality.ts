/**
 * Gopher's rules of quality: words enough, neither short nor long, few signs, bullets and ellipses (Rae et al. 2021, A1.1). As in
 * datatrove marks are words, too, where words with a letter are asked for, so that text of many brackets and stops fails.
 */
import { made } from "../../registry.js";
import { linesOf, stripEnd, stripStart } from "./rules/characters.js";
import { codeOf, type LanguageOptions, splitterOf } from "./rules/words.js";
import type { Step } from "./types.js";

/** A limit of 0 is none. */
export interface GopherQualityOptions extends LanguageOptions {
  /** Words that are not marks alone; default to 50 and 100,000. */
  minWords?: number;
  maxWords?: number;
  /** Mean code points of such a word; default to 3 and 10. */
  minWordLength?: number;
  maxWordLength?: number;
  /** Hashes, and ellipses, for each word; defaults to .1. */
  maxSymbols?: number;
  /** Share of lines that begin with a bullet or hyphen; defaults to .9. */
  maxBullets?: number;
  /** Share of lines that end in an ellipsis; defaults to .3. */
  maxEllipses?: number;
  /** Least share of words with a letter; defaults to .8. */
  minLetters?: number;
  /** How many of `stopWords` there must be; defaults to 2 in English, and to none in other languages where none are given. */
  minStopWords?: number;
  /** Default to eight of English. */
  stopWords?: readonly string[];
}

const english = ["the", "be", "to", "of", "and", "that", "have", "with"];

export function gopherQuality(given: GopherQualityOptions = {}): Step {
  const { language = "en", stopWords = english } = given;
  const stops = given.stopWords || ["en", "eng"].includes(codeOf(language)) ? 2 : 0;
  const { minWords = 50, maxWords = 100_000, minWordLength = 3, maxWordLength = 10, minStopWords = stops } = given;
  const { maxSymbols = 0.1, maxBullets = 0.9, maxEllipses = 0.3, minLetters = 0.8 } = given;
  const limits = { maxSymbols, maxBullets, maxEllipses, minLetters, minStopWords };
  const split = splitterOf(given);
  const stopping = new Set(stopWords);

  function fault(text: string): string | undefined {
    const words = split(text);
    let [count, length, letters] = [0, 0, 0];
    for (const word of words) {
      if (word.letters) letters++;
      if (word.marks) continue;
      count++;
      length += word.length;
    }
    if (minWords && count < minWords) return "few words";
    if (maxWords && count > maxWords) return "many words";
    if (minWordLength && length / count < minWordLength) return "short words";
    if (maxWordLength && length / count > maxWordLength) return "long words";
    if (maxSymbols && occurrences(text, "#") / words.length > maxSymbols) return "hashes";
    if (maxSymbols && (occurrences(text, "...") + occurrences(text, "…")) / words.length > maxSymbols)
      return "ellipses";
    const lines = linesOf(text);
    if (maxBullets && share(lines, (line) => /^[•-]/.test(stripStart(line))) > maxBullets) return "bullets";
    if (maxEllipses && share(lines, (line) => /(?:\.\.\.|…)$/.test(stripEnd(line))) > maxEllipses)
      return "lines that break off";
    if (minLetters && letters / words.length < minLetters) return "few words with letters";
    if (minStopWords) {
      const found = new Set<string>();
      for (const { text } of words) if (stopping.has(text)) found.add(text);
      if (found.size < minStopWords) return "few stop words";
    }
    return undefined;
  }
  return made({
    name: "gopher-quality",
    options: { ...given, ...{ minWords, maxWords, minWordLength, maxWordLength }, ...limits },
    alone: true,
    open: () => ({
      judge(document) {
        const dropped = fault(document.text);
        return dropped ? { dropped } : document;
      },
    }),
  });
}

function occurrences(text: string, what: string): number {
  let count = 0;
  for (let at = text.indexOf(what); at >= 0; at = text.indexOf(what, at + what.length)) count++;
  return count;
}

const share = (lines: readonly string[], is: (line: string) => boolean): number =>
  lines.filter(is).length / lines.length;
