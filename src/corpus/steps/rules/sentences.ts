/**
 * Sentences by the marks that end them, each with the marks that follow: spaCy's sentencizer
 * (https://spacy.io/api/sentencizer). Thai, Lao and Tibetan have no such marks: there a space ends what counts as one.
 */
import { isSpace, space } from "./characters.js";
import { codeOf, type LanguageOptions, ruleOf, splitterOf } from "./words.js";

/** Languages that end sentences in no mark. */
const unmarked = new Set(["th", "tha", "lo", "lao", "bo", "bod"]);
export const hasMarks = (language: string): boolean => !unmarked.has(codeOf(language));

const spaces = new RegExp(`${space}+`, "gv");

/** The function that parts a text into sentences; together they are the text, and there is at least one. */
export function sentencesIn({ language = "en", words }: LanguageOptions): (text: string) => string[] {
  if (!hasMarks(language))
    return (text) =>
      cut(
        text,
        Array.from(text.matchAll(spaces), ({ index }) => index),
      );
  const rule = words ?? ruleOf(language);
  // Numbers that `indic` joins stand apart in the text.
  const split = splitterOf({ language, words: rule === "indic" ? "spaced" : rule });
  return (text) => {
    const ends: number[] = [];
    let [at, ended] = [0, false];
    /** Whether the white space that follows is a word of its own, as all is but one space: a sentence begins with it. */
    const blank = (): boolean => {
      const from = at;
      while (at < text.length && isSpace(text.charCodeAt(at))) at++;
      return at - from > 1 || (at > from && text.charCodeAt(from) !== 32);
    };
    for (const word of split(text)) {
      const end = at;
      const apart = blank();
      if (ended && (apart || !(word.punctuation || word.stop))) {
        ends.push(end);
        ended = false;
      }
      ended ||= word.stop;
      at += word.text.length;
    }
    const end = at;
    if (ended && blank()) ends.push(end);
    return cut(text, ends);
  };
}

function cut(text: string, ends: readonly number[]): string[] {
  return [...ends, text.length].map((end, i) => text.slice(ends[i - 1] ?? 0, end));
}
