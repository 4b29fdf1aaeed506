/**
 * Distinct words, as bytes, and how often each was seen. A hash table that compares with words in place in a longer
 * buffer: looking one up makes no object.
 */
export class WordTable {
  size = 0;
  private room = 4096;
  private slots = new Int32Array(this.room * 2);
  private hashes = new Int32Array(this.room);
  private flat = new Uint8Array(1 << 16);
  private starts = new Int32Array(this.room + 1);
  private counts = new Float64Array(this.room);

  /** Counts the word `buffer[from .. to)` once more and returns its number; words are numbered from 0 as they are met. */
  add(buffer: Uint8Array, from: number, to: number): number {
    let hash = 0x811c9dc5;
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ buffer[i]!, 0x01000193);
    hash ^= hash >>> 15;
    const { slots, hashes } = this;
    const mask = slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const word = slots[slot]! - 1;
      if (word < 0) return this.meet(buffer, from, to, hash);
      if (hashes[word] === hash && this.same(word, buffer, from, to)) {
        this.counts[word]!++;
        return word;
      }
    }
  }

  /** Bytes of all words. */
  get bytes(): number {
    return this.starts[this.size]!;
  }

  /** The bytes of one word, valid until the next `add`. */
  bytesOf(word: number): Uint8Array {
    return this.flat.subarray(this.starts[word], this.starts[word + 1]);
  }

  /** All words back to back: word w is `bytes[starts[w] .. starts[w + 1])`, seen `counts[w]` times. */
  words(): { bytes: Uint8Array; starts: Int32Array; counts: Float64Array } {
    const starts = this.starts.slice(0, this.size + 1);
    return { bytes: this.flat.slice(0, starts[this.size]), starts, counts: this.counts.slice(0, this.size) };
  }

  private same(word: number, buffer: Uint8Array, from: number, to: number): boolean {
    const { flat, starts } = this;
    const start = starts[word]!;
    if (starts[word + 1]! - start !== to - from) return false;
    for (let i = from; i < to; i++) if (flat[start + i - from] !== buffer[i]) return false;
    return true;
  }

  private meet(buffer: Uint8Array, from: number, to: number, hash: number): number {
    if (this.size === this.room) this.grow();
    const word = this.size++;
    const start = this.starts[word]!;
    const end = start + to - from;
    if (end > this.flat.length) this.flat = fitted(this.flat, new Uint8Array(2 * end));
    this.flat.set(buffer.subarray(from, to), start);
    this.starts[word + 1] = end;
    this.hashes[word] = hash;
    this.counts[word] = 1;
    this.place(word);
    return word;
  }

  private place(word: number): void {
    const mask = this.slots.length - 1;
    let slot = this.hashes[word]! & mask;
    while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
    this.slots[slot] = word + 1;
  }

  private grow(): void {
    this.room *= 2;
    this.starts = fitted(this.starts, new Int32Array(this.room + 1));
    this.hashes = fitted(this.hashes, new Int32Array(this.room));
    this.counts = fitted(this.counts, new Float64Array(this.room));
    this.slots = new Int32Array(this.room * 2);
    for (let word = 0; word < this.size; word++) this.place(word);
  }
}

function fitted<T extends Uint8Array | Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
