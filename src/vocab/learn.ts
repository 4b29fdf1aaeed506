/**
 * The merges of byte-pair encoding (Sennrich et al. 2016): the most frequent pair of neighbours becomes a token, again and
 * again. From single bytes this finds exactly the merges of Hugging Face's `BpeTrainer`, whose rule for equals is
 * `smallerIds`; from words that an existing tokenizer has segmented it is continued BPE (Purason et al. 2025, arXiv
 * 2512.03989), whose rule is `smallerSpelling`. After every merge each word is what the encoder would make of it, so that
 * each new token can be produced.
 *
 * A pair's occurrences appear together, when the younger of its tokens is made, and each token is spelled by one merge.
 * There is one exception: a merge may spell a token that the merges so far could not reach, and which has merges of its
 * own. Words with such a merge go through the whole segmentation again.
 */
import { breathe } from "../breathe.js";
import { gain, mergeWord, Occurrences, tally } from "./occurrences.js";
import { PairTable, widened } from "./pairs.js";
import { Queue } from "./queue.js";
import { applyMerges } from "./apply-merges.js";
import type { Merges } from "./types.js";
import type { Words } from "./words.js";
import type { OnProgress } from "../types.js";

/** Makes the rule for pairs that are equally frequent: whether pair p goes before pair q. */
export type Order = (tokens: (string | undefined)[], pairs: PairTable) => (p: number, q: number) => boolean;

export const smallerIds: Order = (_, pairs) => (p, q) => {
  const left = pairs.left[p]! - pairs.left[q]!;
  return left !== 0 ? left < 0 : pairs.right[p]! < pairs.right[q]!;
};

export const smallerSpelling: Order = (tokens, pairs) => (p, q) => {
  const { left, right } = pairs;
  return left[p] !== left[q]
    ? isBefore(tokens[left[p]!]!, tokens[left[q]!]!)
    : isBefore(tokens[right[p]!]!, tokens[right[q]!]!);
};

/** The order of code points, which is not that of JavaScript's strings above U+FFFF. */
function isBefore(a: string, b: string): boolean {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) {
    const [s, t] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (s !== t) return s >= 0xd800 && t >= 0xd800 ? aboveSurrogates(s) < aboveSurrogates(t) : s < t;
  }
  return a.length < b.length;
}

const aboveSurrogates = (unit: number): number => (unit < 0xe000 ? unit + 0x2000 : unit - 0x800);

export interface Learning {
  words: Words;
  /** Tokens by id; new ones are appended. */
  tokens: (string | undefined)[];
  /** Ids by token, of the tokens that a merge may spell; new ones are added. */
  ids: Map<string, number>;
  /** Whether a merge may make `token` of two others. */
  allows: (token: string, left: number, right: number) => boolean;
  /** The merges so far; new ones are appended. */
  merges: Merges;
  order: Order;
  newTokens: number;
  minFrequency: number;
  signal?: AbortSignal | undefined;
  onProgress?: OnProgress | undefined;
}

/** Returns the new merges as pairs of token ids, fewer than asked for where the words run out of pairs. */
export async function learn(learning: Learning): Promise<[number, number][]> {
  const { words, tokens, ids, allows, merges, order, newTokens, minFrequency, signal, onProgress } = learning;
  const pairs = new PairTable();
  const places = new Occurrences();
  const queue = new Queue(order(tokens, pairs));
  /** Places of each pair from earlier steps; `pairs.list` has those of the present one. */
  let lists = new Int32Array(0);
  const met: number[] = [];
  const enqueue = (): void => {
    if (lists.length < pairs.size) lists = widened(lists, new Int32Array(2 * pairs.size).fill(-1));
    for (const pair of met) {
      lists[pair] = places.join(pairs.list[pair]!, lists[pair]!);
      pairs.list[pair] = -1;
      if (pairs.value[pair]! > 0) queue.push(pairs.value[pair]!, pair);
    }
    met.length = 0;
  };
  const lengths = tally(words, pairs, places, met);
  enqueue();

  const first = tokens.length;
  const made: [number, number][] = [];
  let work = 0;
  while (tokens.length < first + newTokens && queue.ready()) {
    const { pair } = queue;
    const count = pairs.value[pair]!;
    if (queue.count !== count) {
      queue.lower(count);
      continue;
    }
    if (count < minFrequency) break;
    queue.pop();
    const left = pairs.left[pair]!;
    const right = pairs.right[pair]!;
    const token = tokens[left]! + tokens[right]!;
    if (!allows(token, left, right)) {
      pairs.value[pair] = 0;
      continue;
    }
    const old = ids.get(token);
    const id = old ?? tokens.push(token) - 1;
    ids.set(token, id);
    merges.pairs.set(left, right, merges.results.push(id) - 1);
    made.push([left, right]);
    for (let place = lists[pair]!; place >= 0; place = places.next[place]!, work++) {
      const w = places.word[place]!;
      if (old === undefined) mergeWord(words, lengths, w, pairs, pair, id, places, met);
      else segmentAgain(words, lengths, w, pairs, merges, places, met);
    }
    lists[pair] = -1;
    pairs.value[pair] = 0;
    enqueue();
    if (work < 50_000) continue;
    work = 0;
    onProgress?.({ label: "learning merges", done: tokens.length - first, total: newTokens });
    await breathe(signal);
  }
  onProgress?.({ label: "learning merges", done: tokens.length - first, total: tokens.length - first });
  return made;
}

/** Applies all merges to word `w` and moves its pairs' counts. */
function segmentAgain(
  words: Words,
  lengths: Int32Array,
  w: number,
  pairs: PairTable,
  merges: Merges,
  places: Occurrences,
  met: number[],
): void {
  const { symbols, starts } = words;
  const start = starts[w]!;
  const count = words.counts[w]!;
  const before = symbols.slice(start, start + lengths[w]!);
  const after = applyMerges([...before], merges);
  if (after.length === before.length) return;
  for (let i = 1; i < before.length; i++) pairs.value[pairs.find(before[i - 1]!, before[i]!)]! -= count;
  for (let i = 1; i < after.length; i++) gain(after[i - 1]!, after[i]!, w, count, pairs, places, met);
  symbols.set(after, start);
  lengths[w] = after.length;
}
