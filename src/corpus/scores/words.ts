/** Words and sentences by their letters and stops alone, which is enough to rank texts by. */

/** Runs of letters, with digits and apostrophes inside, in lower case; languages without spaces have long ones. */
export const wordsOf = (text: string): string[] => text.toLowerCase().match(/\p{L}[\p{L}\p{M}\p{N}’']*/gu) ?? [];

/** Stretches with a word in them between full stops, question and exclamation marks, or empty lines. */
export const sentencesOf = (text: string): string[] =>
  text.split(/[.!?…]+(?=\s|$)|[。！？]+|\n\s*\n/u).filter((part) => /\p{L}/u.test(part));
