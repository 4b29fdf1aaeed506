/**
 * From words that translate each other to tokens that do (Remy et al. 2024, Trans-Tokenization, arXiv 2408.04303): a pair of
 * single tokens gets all of its count; otherwise half is spread over all pairs of their tokens, and half by where they
 * stand in the word. Tokens of both vocabularies are linked once with themselves; a word that one of the tokenizers cannot
 * spell is left out. The word aligner is the caller's.
 */
import { spell } from "../vocab/index.js";
import { overlap } from "./canonical.js";
import type { Tokenizer } from "../types.js";

export interface AlignmentOptions {
  base: Tokenizer;
  tokenizer: Tokenizer;
  /** [word of the base's language, word of the new language, how often they were linked]; a pair of a dictionary counts once. */
  pairs: Iterable<readonly [string, string, number?]>;
  /** Pairs linked less often are left out. Defaults to 1; the paper's is 10. */
  least?: number;
}

/** Links as `Evidence.alignment` has them: [new id, old id, count]. */
export function alignment({ base, tokenizer, pairs, least = 1 }: AlignmentOptions): [number, number, number][] {
  const counts = new Map<number, Map<number, number>>();
  const add = (id: number, old: number, count: number): void => {
    const links = counts.get(id) ?? new Map<number, number>();
    counts.set(id, links.set(old, (links.get(old) ?? 0) + count));
  };
  const utf8 = new TextEncoder();
  for (const [old, word, count = 1] of pairs) {
    if (!(count >= 0 && Number.isFinite(count)))
      throw new RangeError(`alignment: invalid pairs: ${count} links of ${JSON.stringify(word)}`);
    if (!(count >= least && old !== "" && word !== "")) continue;
    const [from, to] = [spell(base, utf8.encode(` ${old}`)), spell(tokenizer, utf8.encode(` ${word}`))];
    if (![...from, ...to].some((id) => id < 0)) spread(from, to, count, add);
  }
  const shared = overlap({ base, tokenizer });
  shared.target.forEach((id, n) => add(id, shared.base[n]!, 1));
  return [...counts].flatMap(([id, links]) =>
    [...links].map(([old, count]): [number, number, number] => [id, old, count]),
  );
}

/** One pair of words, a token at a time. Each new token gets the whole count. */
export function spread(
  old: number[],
  now: number[],
  count: number,
  add: (id: number, old: number, count: number) => void,
): void {
  const half = count / 2;
  for (const id of now) for (const from of old) add(id, from, half / old.length);
  const all = (old.length * now.length) / divisor(old.length, now.length);
  const share = (half * now.length) / all;
  for (let at = 0; at < all; at++)
    add(now[Math.floor((at * now.length) / all)]!, old[Math.floor((at * old.length) / all)]!, share);
}

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
