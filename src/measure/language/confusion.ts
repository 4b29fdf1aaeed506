/**
 * Whether a model writes in the language that it should (Marchisio et al. 2024, https://arxiv.org/abs/2406.20052): the share of responses
 * without a line in another language, and of those the share without an English word. Lines of few words are not looked at; of
 * responses that have no other, nothing is said (that paper's program counts a model that writes nothing as perfect).
 */
import { type Estimate, meanOf } from "../standard-error.js";

export interface ConfusionOptions {
  responses: readonly string[];
  /** The language that they should be in, as `languageOf` calls it. */
  language: string;
  /** Of a line; whatever is not `language` is an error, "" (unknown) too. */
  languageOf(line: string): string;
  /**
   * Whether a word is English, for responses in another script: of a language in the Latin script, whose words look like English
   * ones, leave it out. Words are lower-case and longer than three letters.
   */
  isEnglish?: (word: string) => boolean;
  /** Words of a line, at least, to be looked at; defaults to 5. */
  words?: number;
}

export interface Confusion {
  /** LPR: share of responses without a line in another language. NaN where all are skipped. */
  lines: Estimate;
  /** WPR: share without an English word of those that pass by lines; null without `isEnglish`, NaN where none passes. */
  words: Estimate | null;
  /** LCPR, the harmonic mean of both, null as `words` is; 0 where no response passes by lines. Its error takes them for independent. */
  both: Estimate | null;
  /** Share of lines in the right language, a mean over responses. */
  accuracy: Estimate;
  /** Share of responses that have no line to look at. */
  skipped: Estimate;
}

export function confusion(options: ConfusionOptions): Confusion {
  const { responses, language, languageOf, isEnglish, words: least = 5 } = options;
  if (responses.length === 0) throw new Error("confusion: invalid responses: none (one or more)");
  const wordsOf = reader(language);
  const read = responses
    .map((response) => response.split("\n").filter((line) => wordsOf(line).length >= least))
    .filter(({ length }) => length > 0)
    .map((lines) => ({ lines, right: lines.map((line): number => Number(languageOf(line) === language)) }));
  const passing = read.filter(({ right }) => !right.includes(0));
  const english = (line: string): boolean =>
    wordsOf(line).some((word) => word.length > 3 && word === word.toLowerCase() && isEnglish!(word));
  const lines = meanOf(read.map(({ right }): number => Number(!right.includes(0))));
  const words = isEnglish ? meanOf(passing.map(({ lines }): number => Number(!lines.some(english)))) : null;
  return {
    lines,
    words,
    both: words && (passing.length === 0 && read.length > 0 ? { value: 0, error: 0 } : harmonic(lines, words)),
    accuracy: meanOf(read.map(({ right }) => meanOf(right).value)),
    skipped: meanOf(responses.map((_, i): number => Number(i >= read.length))),
  };
}

function harmonic({ value: a, error: ofA }: Estimate, { value: b, error: ofB }: Estimate): Estimate {
  const sum = a + b;
  if (sum === 0) return { value: 0, error: 0 };
  return { value: (2 * a * b) / sum, error: (2 * Math.hypot(b * b * ofA, a * a * ofB)) / sum ** 2 };
}

/** Words of a line: between blanks and punctuation, or by Unicode's dictionaries where a script has no blanks. */
function reader(language: string): (line: string) => string[] {
  const segmenter = new Intl.Segmenter(known(language), { granularity: "word" });
  return (line) => [...segmenter.segment(line)].filter(({ isWordLike }) => isWordLike).map(({ segment }) => segment);
}

const known = (language: string): string | undefined => {
  try {
    return Intl.getCanonicalLocales(language)[0];
  } catch {
    return undefined;
  }
};
