/**
 * What a word is, by name: every number per word must say which rule it used. White space means nothing for Chinese,
 * Japanese or Thai; Unicode's boundaries work there with a dictionary, which is that of the Node at hand.
 */

export interface Word {
  text: string;
  /** Whether a blank stood before it: tokenizers spell a word differently after a blank than at the start of a line. */
  spaced: boolean;
}

export interface WordRule {
  summary: string;
  reference: string;
  wordsOf: (text: string) => Word[];
}

export type WordRuleName = "white-space" | "unicode";

export const wordRules: Record<WordRuleName, WordRule> = {
  "white-space": {
    summary: "runs of characters between Unicode white space, punctuation included",
    reference: "Python's str.split, as most papers count; https://www.unicode.org/reports/tr44/#White_Space",
    wordsOf: (text) => [...text.matchAll(/\P{White_Space}+/gu)].map((run) => wordAt(text, run.index, run[0])),
  },
  unicode: {
    summary: "word-like segments by Unicode's text segmentation, without punctuation",
    reference: "https://www.unicode.org/reports/tr29/#Word_Boundaries",
    wordsOf: (text) =>
      [...segmenter.segment(text)]
        .filter(({ isWordLike }) => isWordLike)
        .map(({ index, segment }) => wordAt(text, index, segment)),
  },
};

const segmenter = new Intl.Segmenter("und", { granularity: "word" });

const wordAt = (text: string, at: number, word: string): Word => ({
  text: word,
  spaced: at > 0 && /[^\P{White_Space}\n\r\u2028\u2029]/u.test(text[at - 1]!),
});
