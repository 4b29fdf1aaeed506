/**
 * Björnsson's readability index: words per sentence, and the share in a hundred of words of more than six letters; low is easy. It
 * counts no syllables, so it is not of English alone, but it needs spaces between words, and its levels are each language's own: compare
 * texts of one language.
 */
import { made } from "../../registry.js";
import type { TextScore } from "./types.js";
import { sentencesOf, wordsOf } from "./words.js";

export function lix(): TextScore {
  return made({
    name: "lix",
    options: {},
    easy: "low",
    ofText(text) {
      const words = wordsOf(text);
      const long = words.filter((word) => Array.from(word.normalize("NFC")).length > 6).length;
      return words.length / sentencesOf(text).length + (100 * long) / words.length;
    },
  });
}
