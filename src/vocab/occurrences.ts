/**
 * Where pairs occur: linked lists of word numbers in two growing arrays, and the two passes over words that keep counts
 * and lists up to date. A list may name words that no longer hold the pair; merging such a word changes nothing.
 */
import { widened, type PairTable } from "./pairs.js";
import type { Words } from "./words.js";

export class Occurrences {
  private size = 0;
  word: Int32Array = new Int32Array(4096);
  next: Int32Array = new Int32Array(4096);

  /** Puts `word` before the list that starts at `head` unless it is there first already; returns the new head. */
  add(head: number, word: number): number {
    if (head >= 0 && this.word[head] === word) return head;
    if (this.size === this.word.length) {
      this.word = widened(this.word, new Int32Array(this.size * 2));
      this.next = widened(this.next, new Int32Array(this.size * 2));
    }
    this.word[this.size] = word;
    this.next[this.size] = head;
    return this.size++;
  }

  /** One list of both: `head`, which is not empty, and after it `rest`. */
  join(head: number, rest: number): number {
    if (rest < 0) return head;
    let tail = head;
    while (this.next[tail]! >= 0) tail = this.next[tail]!;
    this.next[tail] = rest;
    return head;
  }
}

/** Counts every pair of every word. `met` receives each pair once, when its list begins. Returns the words' lengths. */
export function tally(words: Words, pairs: PairTable, places: Occurrences, met: number[]): Int32Array {
  const { symbols, starts, counts } = words;
  const lengths = new Int32Array(counts.length);
  for (let w = 0; w < lengths.length; w++) {
    const end = starts[w + 1]!;
    lengths[w] = end - starts[w]!;
    for (let i = starts[w]! + 1; i < end; i++) gain(symbols[i - 1]!, symbols[i]!, w, counts[w]!, pairs, places, met);
  }
  return lengths;
}

/** Counts one more occurrence of a pair in word `w`. */
export function gain(
  left: number,
  right: number,
  w: number,
  count: number,
  pairs: PairTable,
  places: Occurrences,
  met: number[],
): void {
  const pair = pairs.add(left, right);
  pairs.value[pair]! += count;
  const head = pairs.list[pair]!;
  if (head < 0) met.push(pair);
  pairs.list[pair] = places.add(head, w);
}

/** Replaces `pair` by `id` throughout word `w`, left to right, and moves its neighbours' counts. */
export function mergeWord(
  words: Words,
  lengths: Int32Array,
  w: number,
  pairs: PairTable,
  pair: number,
  id: number,
  places: Occurrences,
  met: number[],
): void {
  const { symbols, starts } = words;
  const left = pairs.left[pair]!;
  const right = pairs.right[pair]!;
  const count = words.counts[w]!;
  const start = starts[w]!;
  const end = start + lengths[w]!;
  let to = start;
  for (let from = start; from < end;) {
    if (symbols[from] !== left || from + 1 === end || symbols[from + 1] !== right) {
      symbols[to++] = symbols[from++]!;
      continue;
    }
    from += 2;
    if (to > start) {
      const before = symbols[to - 1]!;
      pairs.value[pairs.find(before, left)]! -= count;
      gain(before, id, w, count, pairs, places, met);
    }
    if (from < end) {
      const after = symbols[from]!;
      pairs.value[pairs.find(right, after)]! -= count;
      gain(id, after, w, count, pairs, places, met);
    }
    symbols[to++] = id;
  }
  lengths[w] = to - start;
}
