/**
 * Which language a line is written in, by the n-grams of `eld` (https://github.com/nitotm/efficient-language-detector-js, Apache-2.0): it
 * knows 60 languages and gives one of them to whatever it reads, so say which may be there. Or by fastText's lid.176, which
 * knows 176, the 60 less well where text is short, and says how sure it is. A few words are little to go by.
 */
import { lid176 } from "./lid176.js";

export interface LanguageIdentifierOptions {
  /**
   * Languages that may be there, as their corpora are called ("ko", "pt-br"); answers are among them, in these words. Defaults to
   * all that are known, by ISO 639-1 code ("no" is Norwegian).
   */
  among?: readonly string[] | undefined;
  /** Defaults to "eld". */
  by?: "eld" | "fasttext";
}

/** Language of a text; "" where it has no letters or is like none. */
export type LanguageIdentifier = (text: string) => string;

export async function languageIdentifier(options: LanguageIdentifierOptions = {}): Promise<LanguageIdentifier> {
  const { guess } = await languageGuesser(options);
  return (text) => guess(text).language;
}

export interface Guess {
  language: string;
  /** In [0, 1], among all languages that it knows; NaN where the identifier does not say. */
  probability: number;
}

export interface LanguageGuesser {
  guess(text: string): Guess;
  /** How guesses call a language or a region of it. Throws one line, which `caller` begins, where they never do. */
  nameOf(tag: string, caller: string): string;
}

/** The same, with how sure it is. */
export async function languageGuesser({ among, by = "eld" }: LanguageIdentifierOptions): Promise<LanguageGuesser> {
  const { known, codeOf, guesser } = await identifiers[by]();
  const codeIn = (tag: string, caller: string): string => {
    const code = codeOf(tag);
    if (!known.includes(code)) throw new Error(`${caller}: ${tag} (one of ${known.join(", ")}, or a region of it)`);
    return code;
  };
  if (!among) return { guess: guesser(), nameOf: codeIn };
  const names = new Map<string, string>();
  for (const name of among) {
    const code = codeIn(name, "languageIdentifier: invalid among");
    if (names.has(code))
      throw new Error(`languageIdentifier: invalid among: ${name} (it is not told from ${names.get(code)})`);
    names.set(code, name);
  }
  if (names.size < 2) throw new Error(`languageIdentifier: invalid among: ${names.size} (two languages or more)`);
  const guess = guesser([...names.keys()]);
  return {
    guess(text) {
      const { language, probability } = guess(text);
      return { language: names.get(language) ?? "", probability };
    },
    nameOf(tag, caller) {
      const name = names.get(codeIn(tag, caller));
      if (name === undefined) throw new Error(`${caller}: ${tag} (one of ${among.join(", ")}, which may be there)`);
      return name;
    },
  };
}

const none: Guess = { language: "", probability: NaN };

interface Identifier {
  known: readonly string[];
  /** Its own name of the language of a tag. */
  codeOf(tag: string): string;
  /** Tells all that it knows apart, or some. */
  guesser(codes?: readonly string[]): (text: string) => Guess;
}

const identifiers = {
  async eld(): Promise<Identifier> {
    const { eld } = await import("eld/small");
    const own = eld.newInstance();
    return {
      known: Object.values(own.info().Languages),
      // Both written forms of Norwegian are one.
      codeOf: (tag) => languageOf(tag).replace(/^n[bn]$/, "no"),
      guesser(codes) {
        if (codes) own.setLanguageSubset([...codes]);
        return (text) => ({ language: own.detect(text).language, probability: NaN });
      },
    };
  },
  async fasttext(): Promise<Identifier> {
    const { languages, guesses } = await lid176();
    return {
      known: languages,
      codeOf: fastTextCode,
      guesser: (codes) => (text) =>
        (codes ? guesses(text).find(({ language }) => codes.includes(language)) : guesses(text, 1)[0]) ?? none,
    };
  },
};

const languageOf = (tag: string): string => tag.toLowerCase().split(/[-_]/)[0]!;

/** lid.176's name of a tag's language. */
export const fastTextCode = (tag: string): string => languageOf(tag).replace(/^nb$/, "no");
