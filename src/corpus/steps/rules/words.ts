/**
 * Words of a text, marks among them, by the rules of its language: what datatrove's filters count. Distinct words are kept with
 * what filters ask of them, so that the same word is looked at once.
 */
import { affixed } from "./affixed.js";
import { englishInfix, infix } from "./affixes.js";
import { isSpace, lengthOf, punctuation, sentenceMarks, space } from "./characters.js";
import { englishExceptions, exceptions } from "./exceptions.js";
import { punctuated } from "./punctuated.js";

/** Equal words of one text are one object. */
export interface Word {
  text: string;
  /** Of this word among all. */
  id: number;
  /** In code points. */
  length: number;
  /** Whether any of it is a letter. */
  letters: boolean;
  /** Whether all of it is marks, for datatrove. */
  marks: boolean;
  /** Whether it ends a sentence, for spaCy, or may follow what does. */
  stop: boolean;
  punctuation: boolean;
  /** Of its UTF-16 units, as of a number to this base, modulo 2³². */
  hash: number;
}
export const hashBase = 0x01000193;

/** How a language's words are told apart; each row a name of the option `words`. */
export const wordRules = {
  /** White space and marks, with the contractions and abbreviations of English: spaCy's `en`. */
  english: (): Parting => ({ runs: affixed({ exceptions: englishExceptions(), infix: englishInfix }) }),
  /** White space and marks: spaCy's `xx`, the rules that its languages begin with. */
  spaced: (): Parting => ({ runs: affixed({ exceptions, infix }) }),
  /** White space and every mark but those of numbers: the Indic NLP library's, of Brahmi scripts. */
  indic: (): Parting => ({ texts: punctuated }),
  /** The dictionaries of ICU, for languages that write words together. */
  segmenter: (language: string): Parting => {
    const segmenter = new Intl.Segmenter(language, { granularity: "word" });
    const parted = (piece: string): string[] => Array.from(segmenter.segment(piece), ({ segment }) => segment);
    return { runs: (run) => (run.match(pieces) ?? []).flatMap(parted) };
  },
} satisfies Record<string, (language: string) => Parting>;
export type WordRule = keyof typeof wordRules;

/** A segmenter takes time by the square of what it is given: up to a stop or comma, or so much. */
const pieces = /[^\p{P}]{1,200}\p{P}{0,9}|\p{P}{1,200}/gu;

/** Of runs without white space, one by one, or of whole texts. */
type Parting = { runs(run: string): readonly string[] } | { texts(text: string): string[] };

/** Languages by ISO 639 code whose words are not told apart by `spaced`. */
const rules: Record<string, WordRule> = {
  ...{ en: "english", eng: "english" },
  ...each("segmenter", "zh zho cmn yue ja jpn th tha lo lao km khm my mya bo bod"),
  ...each(
    "indic",
    "hi hin as asm bn ben gu guj kn kan ml mal mr mar ne npi nep or ori pa pan sa san si sin ta tam te tel",
  ),
};
function each(rule: WordRule, languages: string): Record<string, WordRule> {
  return Object.fromEntries(languages.split(" ").map((language) => [language, rule]));
}

/** "pt-BR" is "pt", and "hin_Deva" is "hin". */
export const codeOf = (language: string): string => language.split(/[-_]/)[0]!.toLowerCase();
export const ruleOf = (language: string): WordRule => rules[codeOf(language)] ?? "spaced";

export interface LanguageOptions {
  /** ISO 639 code; defaults to "en". */
  language?: string;
  /** Defaults to what the language takes. */
  words?: WordRule;
}

export type Splitter = (text: string) => readonly Word[];

const made = new Map<string, Splitter>();

/** One splitter for all who ask for the same, so that filters in a row part a text once. */
export function splitterOf({ language = "en", words = ruleOf(language) }: LanguageOptions): Splitter {
  const key = `${words} ${words === "segmenter" ? codeOf(language) : ""}`;
  if (!made.has(key)) made.set(key, splitter(wordRules[words](codeOf(language))));
  return made.get(key)!;
}

/** Runs and words that are kept, as many as some ten MB of text have. */
const kept = 1 << 18;
/** A longer run hardly comes twice. */
const longest = 64;

function splitter(parting: Parting): Splitter {
  const known = new Map<string, Word>();
  const runs = new Map<string, readonly Word[]>();
  const wordOf = (text: string): Word => {
    const found = known.get(text);
    if (found) return found;
    const word = describe(detached(text), known.size);
    known.set(word.text, word);
    return word;
  };
  const wordsOf = (parts: readonly string[]): Word[] => parts.filter((part) => !blank.test(part)).map(wordOf);

  function ofRuns(text: string, part: (run: string) => readonly string[]): Word[] {
    const words: Word[] = [];
    for (let from = 0; from < text.length; from++) {
      if (isSpace(text.charCodeAt(from))) continue;
      let to = from + 1;
      while (to < text.length && !isSpace(text.charCodeAt(to))) to++;
      const run = text.slice(from, to);
      let parts = runs.get(run);
      if (!parts) {
        parts = wordsOf(part(run));
        if (run.length <= longest) runs.set(detached(run), parts);
      }
      for (const word of parts) words.push(word);
      from = to;
    }
    return words;
  }

  let last: { text: string; words: readonly Word[] } | undefined;
  return (text) => {
    if (last?.text === text) return last.words;
    if (known.size + runs.size > kept) {
      known.clear();
      runs.clear();
    }
    const words = "runs" in parting ? ofRuns(text, parting.runs) : wordsOf(parting.texts(text));
    last = { text, words };
    return words;
  };
}

/** The same characters, not as a slice, which holds the whole text that it is of. */
function detached(text: string): string {
  const encoding = latin.test(text) ? "latin1" : "utf16le";
  return Buffer.from(text, encoding).toString(encoding);
}
const latin = /^[\0-\xff]*$/;

const blank = new RegExp(`^${space}*$`, "v");
const allMarks = new RegExp(`^${punctuation}+$`, "v");
const anyLetter = /\p{L}/u;
const stop = new RegExp(`^${sentenceMarks}$`, "v");
const allPunctuation = /^\p{P}+$/u;

function describe(text: string, id: number): Word {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, hashBase) + text.charCodeAt(i)) | 0;
  return {
    ...{ text, id, hash, length: lengthOf(text) },
    ...{ letters: anyLetter.test(text), marks: allMarks.test(text) },
    ...{ stop: stop.test(text), punctuation: allPunctuation.test(text) },
  };
}
