/**
 * Merges applied to bytes, without pre-tokeniser, normaliser, added tokens or a space put in front: what BPE makes of a piece
 * of text. Lowest rank first, leftmost among equals, as Hugging Face's model stage.
 */
import type { Bpe, Merges } from "./types.js";
import { charactersOf } from "./characters.js";

/** Ids that spell `bytes`; -1 - byte stands for each byte that the vocabulary lacks. Nothing is merged over such a byte. */
export function mergedBytes(bytes: Uint8Array, bpe: Bpe): number[] {
  const symbols = symbolsOf(bytes, bpe);
  if (!symbols.some((id) => id < 0)) return applyMerges(symbols, bpe.merges);
  const ids: number[] = [];
  for (let start = 0, end = 0; start < symbols.length; start = ++end) {
    while (end < symbols.length && symbols[end]! >= 0) end++;
    for (const id of applyMerges(symbols.slice(start, end), bpe.merges)) ids.push(id);
    if (end < symbols.length) ids.push(symbols[end]!);
  }
  return ids;
}

/** What the merges begin with: ids of bytes, or of characters; -1 - byte where the vocabulary lacks the byte. */
export function symbolsOf(bytes: Uint8Array, bpe: Bpe): number[] {
  if (bpe.family === "sentencepiece") return charactersOf(bytes, bpe);
  const symbols = new Array<number>(bytes.length);
  for (let i = 0; i < bytes.length; i++) {
    const id = bpe.byteIds[bytes[i]!]!;
    symbols[i] = id < 0 ? -1 - bytes[i]! : id;
  }
  return symbols;
}

/** Positions are below 2^26 and ranks below 2^27, so that (rank, position) is one exact double. */
const positions = 2 ** 26;

/** Merges `symbols` until no ranked pair is left; the argument is used as scratch space. */
export function applyMerges(symbols: number[], merges: Merges): number[] {
  return symbols.length <= short ? mergeShort(symbols, merges) : mergeLong(symbols, merges);
}

/** Symbols of a word for which looking at every pair again is faster than a heap: nearly all words. */
const short = 48;
const ranks = new Float64Array(short);

function mergeShort(symbols: number[], { pairs, results }: Merges): number[] {
  let n = symbols.length;
  const rankAt = (i: number): number => {
    const pair = pairs.find(symbols[i]!, symbols[i + 1]!);
    return pair < 0 ? Infinity : pairs.value[pair]!;
  };
  for (let i = 0; i + 1 < n; i++) ranks[i] = rankAt(i);
  for (;;) {
    let at = 0;
    for (let i = 1; i + 1 < n; i++) if (ranks[i]! < ranks[at]!) at = i;
    if (n < 2 || ranks[at] === Infinity) break;
    symbols[at] = results[ranks[at]!]!;
    n--;
    for (let i = at + 1; i < n; i++) {
      symbols[i] = symbols[i + 1]!;
      ranks[i] = ranks[i + 1]!;
    }
    if (at > 0) ranks[at - 1] = rankAt(at - 1);
    if (at + 1 < n) ranks[at] = rankAt(at);
  }
  symbols.length = n;
  return symbols;
}

function mergeLong(symbols: number[], { pairs, results }: Merges): number[] {
  const n = symbols.length;
  if (n > positions) throw new Error(`segment: invalid bytes: ${n} of them (at most ${positions})`);
  const heap = new KeyHeap();
  const next = new Int32Array(n);
  const previous = new Int32Array(n);
  const candidate = (at: number): void => {
    const after = next[at]!;
    if (after >= n) return;
    const pair = pairs.find(symbols[at]!, symbols[after]!);
    if (pair >= 0) heap.push(pairs.value[pair]! * positions + at);
  };
  for (let i = 0; i < n; i++) {
    next[i] = i + 1;
    previous[i] = i - 1;
  }
  for (let i = 0; i < n; i++) candidate(i);
  while (heap.size > 0) {
    const key = heap.pop();
    const at = key % positions;
    const result = results[(key - at) / positions]!;
    const after = next[at]!;
    if (symbols[at]! < 0 || after >= n) continue;
    const pair = pairs.find(symbols[at]!, symbols[after]!);
    // An entry is stale when its pair is gone; like the reference, one whose pair makes the same token still counts.
    if (pair < 0 || results[pairs.value[pair]!] !== result) continue;
    symbols[at] = result;
    symbols[after] = -1;
    const beyond = next[after]!;
    next[at] = beyond;
    if (beyond < n) previous[beyond] = at;
    if (previous[at]! >= 0) candidate(previous[at]!);
    candidate(at);
  }
  return symbols.filter((id) => id >= 0);
}

/** A binary min-heap of numbers. */
export class KeyHeap {
  private readonly keys: number[] = [];

  get size(): number {
    return this.keys.length;
  }

  push(key: number): void {
    const keys = this.keys;
    let at = keys.push(key) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (keys[parent]! <= key) break;
      keys[at] = keys[parent]!;
      at = parent;
    }
    keys[at] = key;
  }

  pop(): number {
    const keys = this.keys;
    const top = keys[0]!;
    const key = keys.pop()!;
    const n = keys.length;
    if (n === 0) return top;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= n) break;
      if (child + 1 < n && keys[child + 1]! < keys[child]!) child++;
      if (keys[child]! >= key) break;
      keys[at] = keys[child]!;
      at = child;
    }
    keys[at] = key;
    return top;
  }
}
