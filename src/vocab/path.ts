/** The tokens that a token is built through: what its merges make on the way. */
import { bpeOf } from "./tables.js";
import { symbolsOf } from "./apply-merges.js";
import type { Tokenizer } from "../types.js";

/** Ids that the merges make while they spell the token's own bytes, the token's last; empty where they make nothing. */
export function pathOf(tokenizer: Tokenizer, id: number): number[] {
  const bpe = bpeOf(tokenizer);
  const { pairs, results } = bpe.merges;
  const symbols = symbolsOf(bpe.bytesOf(id)!, bpe);
  const made: number[] = [];
  for (;;) {
    let best = -1;
    let rank = Infinity;
    for (let i = 1; i < symbols.length; i++) {
      const pair = pairs.find(symbols[i - 1]!, symbols[i]!);
      if (pair < 0 || pairs.value[pair]! >= rank) continue;
      rank = pairs.value[pair]!;
      best = i;
    }
    if (best < 0) return made;
    symbols.splice(best - 1, 2, results[rank]!);
    made.push(results[rank]!);
  }
}
