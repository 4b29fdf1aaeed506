/**
 * Distinct words, their bytes and how often each was seen. A hash table over the characters of a text in place: a word
 * becomes a string of its own, and bytes, only when it is first met.
 */
export class WordTable {
  size = 0;
  private room = 4096;
  private slots = new Int32Array(this.room * 2);
  private units = new Uint16Array(1 << 16);
  private unitStarts = new Int32Array(this.room + 1);
  private flat = new Uint8Array(1 << 16);
  private byteStarts = new Int32Array(this.room + 1);
  private seen = new Float64Array(this.room);

  /** `spell` gives the bytes of a word. */
  constructor(private readonly spell: (word: string) => Uint8Array) {}

  /** Counts the word `text[from .. to)` once more and returns its number; words are numbered from 0 as they are met. */
  add(text: string, from: number, to: number): number {
    let h = 0x811c9dc5;
    for (let i = from; i < to; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
    h ^= h >>> 15;
    const mask = this.slots.length - 1;
    for (let slot = h & mask; ; slot = (slot + 1) & mask) {
      const word = this.slots[slot]! - 1;
      if (word < 0) return this.meet(text, from, to, slot);
      if (this.same(word, text, from, to)) {
        this.seen[word]!++;
        return word;
      }
    }
  }

  /** Bytes of all words back to back: word w is `bytes[starts[w] .. starts[w + 1])`, seen `counts[w]` times. */
  words(): { bytes: Uint8Array; starts: Int32Array; counts: Float64Array } {
    const starts = this.byteStarts.slice(0, this.size + 1);
    return { bytes: this.flat.slice(0, starts[this.size]), starts, counts: this.seen.slice(0, this.size) };
  }

  private same(word: number, text: string, from: number, to: number): boolean {
    const start = this.unitStarts[word]!;
    if (this.unitStarts[word + 1]! - start !== to - from) return false;
    for (let i = from; i < to; i++) if (this.units[start + i - from] !== text.charCodeAt(i)) return false;
    return true;
  }

  private meet(text: string, from: number, to: number, slot: number): number {
    if (this.size === this.room) {
      this.grow();
      return this.add(text, from, to);
    }
    const word = this.size++;
    const start = this.unitStarts[word]!;
    const end = start + to - from;
    if (end > this.units.length) this.units = fitted(this.units, new Uint16Array(2 * end));
    for (let i = from; i < to; i++) this.units[start + i - from] = text.charCodeAt(i);
    const bytes = this.spell(text.slice(from, to));
    const at = this.byteStarts[word]!;
    if (at + bytes.length > this.flat.length) this.flat = fitted(this.flat, new Uint8Array(2 * (at + bytes.length)));
    this.flat.set(bytes, at);
    this.unitStarts[word + 1] = end;
    this.byteStarts[word + 1] = at + bytes.length;
    this.seen[word] = 1;
    this.slots[slot] = word + 1;
    return word;
  }

  private grow(): void {
    this.room *= 2;
    this.unitStarts = fitted(this.unitStarts, new Int32Array(this.room + 1));
    this.byteStarts = fitted(this.byteStarts, new Int32Array(this.room + 1));
    this.seen = fitted(this.seen, new Float64Array(this.room));
    this.slots = new Int32Array(this.room * 2);
    const mask = this.slots.length - 1;
    for (let word = 0; word < this.size; word++) {
      let h = 0x811c9dc5;
      for (let i = this.unitStarts[word]!; i < this.unitStarts[word + 1]!; i++)
        h = Math.imul(h ^ this.units[i]!, 0x01000193);
      h ^= h >>> 15;
      let slot = h & mask;
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
      this.slots[slot] = word + 1;
    }
  }
}

function fitted<T extends Uint8Array | Uint16Array | Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
