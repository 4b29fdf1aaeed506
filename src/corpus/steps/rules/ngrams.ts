/** Stretches of `n` words that come more than once in a text, as Gopher counts them (Rae et al. 2021, table A1). */
import { hashBase, type Word } from "./words.js";

/** A table of numbers, 0 where empty, of at least twice as many slots; each takes the place of the one before. */
function emptySlots(entries: number): Int32Array {
  const size = 1 << Math.ceil(Math.log2(2 * entries + 2));
  if (slots.length < size) slots = new Int32Array(size);
  return slots.subarray(0, size).fill(0);
}
let slots = new Int32Array(1 << 12);

function mixed(a: number, b: number): number {
  const h = Math.imul(a ^ Math.imul(b, 0x9e3779b1), 0x85ebca6b);
  const g = Math.imul(h ^ (h >>> 15), 0xc2b2ae35);
  return g ^ (g >>> 13);
}

/**
 * For each n from 2 to `most` the code points of the commonest n words (the first of those that are as common), with a blank
 * between two, times how often they come; nothing from the n on that the text is too short for.
 */
export function commonest(words: readonly Word[], most: number): number[] {
  // Of the n words from each place on, which of the different ones they are.
  let grams = Int32Array.from(words, ({ id }) => id);
  const lengths: number[] = [];
  for (let n = 2; n <= most && words.length >= n; n++) {
    const table = emptySlots(words.length);
    const mask = table.length - 1;
    const places = words.length - n + 1;
    const next = new Int32Array(places);
    const counts = new Int32Array(places);
    const first = new Int32Array(places);
    let different = 0;
    for (let i = 0; i < places; i++) {
      const [start, last] = [grams[i]!, words[i + n - 1]!.id];
      let slot = mixed(start, last) & mask;
      for (; table[slot] !== 0; slot = (slot + 1) & mask) {
        const at = first[table[slot]! - 1]!;
        if (grams[at] === start && words[at + n - 1]!.id === last) break;
      }
      if (table[slot] === 0) {
        first[different] = i;
        table[slot] = ++different;
      }
      next[i] = table[slot]! - 1;
      counts[next[i]!]!++;
    }
    grams = next;
    let top = 0;
    for (let gram = 1; gram < different; gram++) if (counts[gram]! > counts[top]!) top = gram;
    let length = n - 1;
    for (let i = 0; i < n; i++) length += words[first[top]! + i]!.length;
    lengths.push(length * counts[top]!);
  }
  return lengths;
}

/** Words of a text strung together, so that stretches of them are told apart by their letters alone. */
export class Strung {
  private readonly letters: string;
  /** Where each word begins in `letters`, and in code points. */
  private readonly starts: Int32Array;
  private readonly points: Int32Array;
  /** Hashes of all letters before each word, and powers of the base. */
  private readonly hashes: Int32Array;
  private readonly powers: Int32Array;

  constructor(private readonly words: readonly Word[]) {
    const places = words.length + 1;
    this.letters = words.map(({ text }) => text).join("");
    [this.starts, this.points, this.hashes] = [new Int32Array(places), new Int32Array(places), new Int32Array(places)];
    this.powers = new Int32Array(this.letters.length + 1).fill(1);
    for (let i = 1; i < this.powers.length; i++) this.powers[i] = Math.imul(this.powers[i - 1]!, hashBase);
    words.forEach(({ text, length, hash }, i) => {
      this.starts[i + 1] = this.starts[i]! + text.length;
      this.points[i + 1] = this.points[i]! + length;
      this.hashes[i + 1] = (Math.imul(this.hashes[i]!, this.powers[text.length]!) + hash) | 0;
    });
  }

  /** Code points of stretches of `n` words whose letters came before; after one, the next begins behind it. */
  duplicated(n: number): number {
    const { words, starts, points, hashes, powers, letters } = this;
    const table = emptySlots(words.length);
    const mask = table.length - 1;
    let [length, i] = [0, 0];
    const hashOf = (a: number): number =>
      (hashes[a + n]! - Math.imul(hashes[a]!, powers[starts[a + n]! - starts[a]!]!)) | 0;
    const same = (a: number, b: number, hash: number): boolean => {
      if (hashOf(a) !== hash) return false;
      let k = 0;
      while (k < n && words[a + k] === words[b + k]) k++;
      return k === n || letters.slice(starts[a], starts[a + n]) === letters.slice(starts[b], starts[b + n]);
    };
    while (i + n <= words.length) {
      const hash = hashOf(i);
      let slot = mixed(hash, n) & mask;
      while (table[slot] !== 0 && !same(table[slot]! - 1, i, hash)) slot = (slot + 1) & mask;
      if (table[slot] === 0) {
        table[slot] = i + 1;
        i++;
      } else {
        length += points[i + n]! - points[i]!;
        i += n;
      }
    }
    return length;
  }
}
