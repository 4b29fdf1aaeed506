/**
 * Texts as bags of words, weighed by how few texts have a word (tf-idf, Salton & Buckley 1988), and how near one is to each of
 * some others: the cosine, through lists of the texts that have a word. Weights are scikit-learn's by default: counts times
 * ln((1 + texts) / (1 + texts that have it)) + 1.
 */
import { wordsAndSigns } from "./hashed-ngrams.js";

/** Counts by word. */
export type Bag = ReadonlyMap<string, number>;

export function bagOf(text: string): Bag {
  const bag = new Map<string, number>();
  for (const word of wordsAndSigns(text)) bag.set(word, (bag.get(word) ?? 0) + 1);
  return bag;
}

/** In how many of the texts a word is. */
export class Frequencies {
  private readonly having = new Map<string, number>();
  private texts = 0;

  add(bag: Bag): void {
    this.texts++;
    for (const word of bag.keys()) this.having.set(word, (this.having.get(word) ?? 0) + 1);
  }

  weight(word: string): number {
    return Math.log((1 + this.texts) / (1 + (this.having.get(word) ?? 0))) + 1;
  }
}

/** The cosine of a bag with each of `others`, in their order; 0 with one that has no word. */
export function cosinesWith(others: readonly Bag[], frequencies: Frequencies): (bag: Bag) => Float64Array {
  const postings = new Map<string, { other: number; value: number }[]>();
  for (const [other, bag] of others.entries()) {
    const length = lengthOf(bag, frequencies);
    for (const [word, count] of bag) {
      const value = (count * frequencies.weight(word)) / length;
      const list = postings.get(word);
      if (list) list.push({ other, value });
      else postings.set(word, [{ other, value }]);
    }
  }
  return (bag) => {
    const cosines = new Float64Array(others.length);
    const length = lengthOf(bag, frequencies);
    for (const [word, count] of bag) {
      const list = postings.get(word);
      if (!list) continue;
      const own = (count * frequencies.weight(word)) / length;
      for (const { other, value } of list) cosines[other]! += own * value;
    }
    return cosines;
  };
}

function lengthOf(bag: Bag, frequencies: Frequencies): number {
  let squares = 0;
  for (const [word, count] of bag) squares += (count * frequencies.weight(word)) ** 2;
  return Math.sqrt(squares);
}
