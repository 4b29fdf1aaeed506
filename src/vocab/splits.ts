/**
 * How each token of a BPE vocabulary comes about: the last merge that is made when its own text is encoded. A merge list may
 * name several ways to one token (Llama 3's names all); only this one is ever taken, inside longer words as well, since
 * merges within a token's ends do not depend on what stands outside them.
 */
import type { Bpe } from "./types.js";
import { symbolsOf } from "./apply-merges.js";

export interface Splits {
  /** By id: the two parts, -1 where the token is a single symbol or its merges never make it. */
  left: Int32Array;
  right: Int32Array;
}

/** `skip` has the ids that are no text: added tokens. */
export function splitsOf(bpe: Bpe, skip: ReadonlySet<number>): Splits {
  const left = new Int32Array(bpe.size).fill(-1);
  const right = new Int32Array(bpe.size).fill(-1);
  for (const id of bpe.modelIds.values()) {
    if (skip.has(id)) continue;
    const last = lastPair(symbolsOf(bpe.bytesOf(id)!, bpe), bpe);
    if (last?.result !== id) continue;
    left[id] = last.left;
    right[id] = last.right;
  }
  return { left, right };
}

interface Made {
  left: number;
  right: number;
  result: number;
}

/** The merge that leaves one symbol, undefined where several are left. Tokens are short: no heap. */
function lastPair(symbols: number[], { merges: { pairs, results } }: Bpe): Made | undefined {
  while (symbols.length > 1) {
    let [rank, at] = [Infinity, -1];
    for (let i = 1; i < symbols.length; i++) {
      const pair = pairs.find(symbols[i - 1]!, symbols[i]!);
      if (pair >= 0 && pairs.value[pair]! < rank) [rank, at] = [pairs.value[pair]!, i - 1];
    }
    if (at < 0) return undefined;
    const [left, right] = [symbols[at]!, symbols[at + 1]!];
    if (symbols.length === 2) return { left, right, result: results[rank]! };
    symbols.splice(at, 2, results[rank]!);
  }
  return undefined;
}
