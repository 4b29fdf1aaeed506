/** Words and pairs of words as DSIR has them: runs of letters and digits, runs of other signs, in lower case. */

/** nltk's `WordPunctTokenizer`, in which a combining mark is no letter. */
export const wordsAndSigns = (text: string): string[] =>
  text.toLowerCase().match(/[\p{L}\p{N}_]+|[^\p{L}\p{N}_\s]+/gu) ?? [];

/** Every word, then every pair of neighbours. */
export function gramsOf(text: string): string[] {
  const words = wordsAndSigns(text);
  return [...words, ...words.slice(1).map((word, i) => `${words[i]!} ${word}`)];
}
