/** Which tokens can ever come out of a tokenizer's merges: a token that its own bytes do not encode to is dead weight. */
import { bpeOf } from "./bpe.js";
import { fromSymbols } from "./bytes.js";
import { applyMerges } from "./segment.js";
import type { Tokenizer } from "../types.js";

/** Ids from `first` (defaults to 0) on, in order, that the merges never produce. Added tokens need no merges: they are always reachable. */
export function unreachable(tokenizer: Tokenizer, first = 0): number[] {
  const { byteIds, merges, modelIds } = bpeOf(tokenizer);
  const added = new Set((tokenizer.json as { added_tokens: { id: number }[] }).added_tokens.map(({ id }) => id));
  const lost: number[] = [];
  for (const [token, id] of modelIds) {
    if (id < first || added.has(id)) continue;
    const symbols = Array.from(fromSymbols(token) ?? [], (byte) => byteIds[byte]!);
    const spelled = symbols.includes(-1) ? [] : applyMerges(symbols, merges);
    if (spelled.length !== 1 || spelled[0] !== id) lost.push(id);
  }
  return lost.sort((a, b) => a - b);
}
