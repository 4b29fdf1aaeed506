/** Words of a text in another language by a dictionary: code-switching word by word, in the order of the text's own language. */
import type { Rng } from "../../rng.js";

/** By word in lower case, what it may be called. */
export type Translations = ReadonlyMap<string, readonly string[]>;

export function byWord(pairs: readonly (readonly [word: string, translation: string])[]): Translations {
  const found = new Map<string, string[]>();
  for (const [word, translation] of pairs) {
    const known = found.get(word.toLowerCase());
    if (known) known.push(translation);
    else found.set(word.toLowerCase(), [translation]);
  }
  return found;
}

export interface SwitchWordsOptions {
  translations: Translations;
  /** Share of the words with a translation that are replaced. */
  rate: number;
  rng: Rng;
}

export interface Switched {
  text: string;
  /** Where in it the words of the other language stand, in UTF-16 units. */
  replaced: [from: number, to: number][];
  words: number;
  /** Those of them that have a translation. */
  known: number;
}

/**
 * Words are letters with their marks; case does not matter where they are looked up, and what takes a word's place is written as it
 * was: with a capital, or in capitals. Of several translations any is drawn. Between words nothing changes.
 */
export function switchWords(text: string, { translations, rate, rng }: SwitchWordsOptions): Switched {
  const replaced: Switched["replaced"] = [];
  let [made, read, words, known] = ["", 0, 0, 0];
  for (const { 0: word, index } of text.matchAll(/[\p{L}\p{M}]+/gu)) {
    words++;
    const all = translations.get(word.toLowerCase());
    if (!all) continue;
    known++;
    if (rng.uniform() >= rate) continue;
    const translation = inCase(all[rng.int(all.length)]!, word);
    made += text.slice(read, index);
    replaced.push([made.length, made.length + translation.length]);
    made += translation;
    read = index + word.length;
  }
  return { text: made + text.slice(read), replaced, words, known };
}

function inCase(translation: string, word: string): string {
  const [first = "", ...rest] = word;
  if (first === first.toLowerCase()) return translation;
  if (rest.length > 0 && word === word.toUpperCase()) return translation.toUpperCase();
  const [head = "", ...others] = translation;
  return head.toUpperCase() + others.join("");
}
