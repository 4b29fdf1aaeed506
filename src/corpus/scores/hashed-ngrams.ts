/** Words and pairs of words as DSIR has them: runs of letters and digits, runs of other signs, in lower case. */

/** NLTK's `WordPunctTokenizer` by Python's `re`, in which a combining mark is no letter; where NLTK 3.10 takes `regex`, it is one. */
export const wordsAndSigns = (text: string): string[] =>
  text.toLowerCase().match(/[\p{L}\p{N}_]+|[^\p{L}\p{N}_\s]+/gu) ?? [];

/** Every word, then every pair of neighbours. */
export function gramsOf(text: string): string[] {
  const words = wordsAndSigns(text);
  return [...words, ...words.slice(1).map((word, i) => `${words[i]!} ${word}`)];
}
