/**
 * Pairs of token ids, numbered from 0 as they are first seen, with two values each. An open-addressing hash table over
 * typed arrays: training looks a pair up several times per changed position, and a Map of strings or objects would be
 * most of its time.
 */
export class PairTable {
  size = 0;
  left: Int32Array;
  right: Int32Array;
  /** What the caller keeps per pair: a count while training, a rank while segmenting. Starts at 0. */
  value: Float64Array;
  /** Head of the caller's list of occurrences. Starts at -1. */
  list: Int32Array;
  /** Pair number + 1 by hash, 0 where free; at most half full. */
  private slots: Int32Array;

  constructor(capacity = 1024) {
    const room = 2 ** Math.ceil(Math.log2(Math.max(16, capacity)));
    this.left = new Int32Array(room);
    this.right = new Int32Array(room);
    this.value = new Float64Array(room);
    this.list = new Int32Array(room).fill(-1);
    this.slots = new Int32Array(room * 2);
  }

  /** The number of a pair, or -1. */
  find(left: number, right: number): number {
    const mask = this.slots.length - 1;
    for (let slot = hash(left, right) & mask; ; slot = (slot + 1) & mask) {
      const pair = this.slots[slot]! - 1;
      if (pair < 0 || (this.left[pair] === left && this.right[pair] === right)) return pair;
    }
  }

  /** The number of a pair, given to it now if it has none. */
  add(left: number, right: number): number {
    const mask = this.slots.length - 1;
    let slot = hash(left, right) & mask;
    for (; ; slot = (slot + 1) & mask) {
      const pair = this.slots[slot]! - 1;
      if (pair < 0) break;
      if (this.left[pair] === left && this.right[pair] === right) return pair;
    }
    if (this.size === this.left.length) {
      this.grow();
      return this.add(left, right);
    }
    const pair = this.size++;
    this.left[pair] = left;
    this.right[pair] = right;
    this.slots[slot] = pair + 1;
    return pair;
  }

  /** Gives a pair its value. Not `value[add(left, right)] = ...`, which may write to the array that `add` replaces. */
  set(left: number, right: number, value: number): void {
    const pair = this.add(left, right);
    this.value[pair] = value;
  }

  copy(): PairTable {
    const copy = new PairTable(this.left.length);
    for (let pair = 0; pair < this.size; pair++) {
      copy.add(this.left[pair]!, this.right[pair]!);
      copy.value[pair] = this.value[pair]!;
      copy.list[pair] = this.list[pair]!;
    }
    return copy;
  }

  private grow(): void {
    const room = this.left.length * 2;
    this.left = widened(this.left, new Int32Array(room));
    this.right = widened(this.right, new Int32Array(room));
    this.value = widened(this.value, new Float64Array(room));
    this.list = widened(this.list, new Int32Array(room).fill(-1));
    this.slots = new Int32Array(room * 2);
    const mask = this.slots.length - 1;
    for (let pair = 0; pair < this.size; pair++) {
      let slot = hash(this.left[pair]!, this.right[pair]!) & mask;
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
      this.slots[slot] = pair + 1;
    }
  }
}

function hash(left: number, right: number): number {
  const h = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
  return h ^ (h >>> 15);
}

export function widened<T extends Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
