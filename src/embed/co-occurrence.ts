/** Which tokens stand near which in a text, and noise to hold against them: what constrained Word2Vec counts before it trains. */
import type { Growing } from "./types.js";

/** How often each id occurs. */
export function countsOf(documents: readonly ArrayLike<number>[], size: number): Int32Array {
  const counts = new Int32Array(size);
  for (const document of documents)
    for (let at = 0; at < document.length; at++) {
      const id = document[at]!;
      if (!(id >= 0 && id < size))
        throw new RangeError(`constrained-word2vec: invalid documents: id ${id} (the tokenizer has ${size})`);
      counts[id]!++;
    }
  return counts;
}

/** Rows of the old tokens that stand in the window of each new token most often; of equals the smaller id. */
export function neighboursOf(
  documents: readonly ArrayLike<number>[],
  { newIds, oldIds }: Growing,
  old: Int32Array,
  window: number,
  most: number,
): Map<number, number[]> {
  const trained = new Set(oldIds);
  const seen = new Map([...newIds].map((id) => [id, new Map<number, number>()]));
  for (const document of documents)
    for (let at = 0; at < document.length; at++) {
      const counts = seen.get(document[at]!);
      if (!counts) continue;
      for (let place = Math.max(0, at - window); place <= Math.min(document.length - 1, at + window); place++) {
        const row = old[document[place]!]!;
        if (trained.has(row)) counts.set(row, (counts.get(row) ?? 0) + 1);
      }
    }
  const highest = (counts: Map<number, number>): number[] =>
    [...counts]
      .sort(([a, m], [b, n]) => n - m || a - b)
      .slice(0, most)
      .map(([row]) => row);
  return new Map([...seen].map(([id, counts]) => [id, highest(counts)]));
}

/** Draws ids by their counts to the power 0.75, from a number in [0, 1). */
export function noiseOf(counts: Int32Array): (uniform: number) => number {
  const ends: number[] = [];
  let sum = 0;
  for (const count of counts) ends.push((sum += count ** 0.75));
  return (uniform) => {
    let [low, high] = [0, ends.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle]! > uniform * sum) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}
