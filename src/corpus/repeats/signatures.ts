/**
 * What is kept of each document for MinHash: for every bucket 64 bits that stand for the least values of its hash functions.
 * Documents that share one are candidates. 116 bytes a document with 14 buckets.
 */
import type { Halves } from "./permutations.js";

export interface Rows {
  add(row: Int32Array): void;
  at(row: number, column: number): number;
  readonly count: number;
}

const rowsInBlock = 1 << 14;

/** Rows of 32-bit numbers, as many as are added, in blocks that never move. */
export function rowsOf(width: number): Rows {
  const blocks: Int32Array[] = [];
  let count = 0;
  return {
    add(row) {
      if (count % rowsInBlock === 0) blocks.push(new Int32Array(rowsInBlock * width));
      blocks.at(-1)!.set(row, (count++ % rowsInBlock) * width);
    },
    at: (row, column) => blocks[Math.floor(row / rowsInBlock)]![(row % rowsInBlock) * width + column]!,
    get count() {
      return count;
    },
  };
}

/** For each bucket two numbers that stand for its `hashes` values; of 2³² documents two agree by chance. */
export function foldBuckets({ high, low }: Halves, hashes: number, into: Int32Array): void {
  for (let from = 0, at = 0; from < high.length; from += hashes) {
    let [one, two] = [0x9e3779b9, 0x85ebca6b];
    for (let h = from; h < from + hashes; h++) {
      one = stir(one ^ high[h]!, 0xcc9e2d51, two);
      two = stir(two ^ low[h]!, 0x1b873593, one);
    }
    into[at++] = one;
    into[at++] = stir(two, 0x85ebca6b, one);
  }
}

/** A round of MurmurHash3's kind: multiply, turn, multiply, and add the other half. */
function stir(value: number, factor: number, other: number): number {
  const product = Math.imul(value, factor);
  return (Math.imul((product << 13) | (product >>> 19), 0xc2b2ae35) + other) | 0;
}

/** Pairs of rows, one after another, that have the same two numbers from `column` on: each row with the last before it. */
export function equalIn(rows: Rows, column: number): number[] {
  const { count } = rows;
  const mask = 2 ** Math.ceil(Math.log2(2 * count + 1)) - 1;
  /** 1 + the last row of each value. */
  const last = new Uint32Array(mask + 1);
  const pairs: number[] = [];
  for (let row = 0; row < count; row++) {
    const [one, two] = [rows.at(row, column), rows.at(row, column + 1)];
    let slot = two & mask;
    for (; last[slot] !== 0; slot = (slot + 1) & mask) {
      const other = last[slot]! - 1;
      if (rows.at(other, column) !== one || rows.at(other, column + 1) !== two) continue;
      pairs.push(other, row);
      break;
    }
    last[slot] = row + 1;
  }
  return pairs;
}
