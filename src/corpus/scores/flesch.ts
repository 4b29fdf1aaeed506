/**
 * Flesch's reading ease: high is easy. It means something for English only. Syllables are counted as groups of vowels, the
 * silent ones of -e, -es and -ed left out; counters differ by a few per cent, so compare numbers of one counter alone.
 */
import { made } from "../../registry.js";
import type { TextScore } from "./types.js";
import { sentencesOf, wordsOf } from "./words.js";

export function flesch(): TextScore {
  return made({
    name: "flesch",
    options: {},
    easy: "high",
    ofText(text) {
      const words = wordsOf(text);
      const syllables = words.reduce((sum, word) => sum + syllablesOf(word), 0);
      return readingEase({ words: words.length, sentences: sentencesOf(text).length, syllables });
    },
  });
}

export const readingEase = (counts: { words: number; sentences: number; syllables: number }): number =>
  206.835 - 1.015 * (counts.words / counts.sentences) - 84.6 * (counts.syllables / counts.words);

export function syllablesOf(word: string): number {
  const voiced = word.replace(/(?<![^aeiouy]l)(?:e|(?<![cgsxz]|[cs]h)es|(?<![dt])ed)$/, "");
  return Math.max(1, voiced.match(/[aeiouy]+/g)?.length ?? 0);
}
