/** The hashes of a text's word n-grams, which say what is in it whatever the order of its sentences. */
import type { Hash } from "./hashes.js";
import { type Halves, halvesOf } from "./permutations.js";

export interface Shingles {
  /** Those of the last text that was given; the first `count` count. */
  values: Halves;
  /** How many `words` in a row there are; none of fewer words. */
  of(words: readonly { text: string }[]): number;
}

/** `length` words to a shingle, with a space between them. */
export function shingles({ length, hash }: { length: number; hash: Hash }): Shingles {
  const halves = new Int32Array(2);
  const self: Shingles = {
    values: halvesOf(1024),
    of(words) {
      const count = Math.max(0, words.length - length + 1);
      if (count > self.values.low.length) self.values = halvesOf(2 * count);
      const { high, low } = self.values;
      let joined = "";
      for (const { text } of words) joined += `${text} `;
      let from = 0;
      let to = length - 1;
      for (let i = 0; i < length && count > 0; i++) to += words[i]!.text.length;
      for (let i = 0; i < count; i++) {
        hash(joined.slice(from, to), halves);
        low[i] = halves[0]!;
        high[i] = halves[1]!;
        from += words[i]!.text.length + 1;
        to += (words[i + length]?.text.length ?? 0) + 1;
      }
      return count;
    },
  };
  return self;
}
