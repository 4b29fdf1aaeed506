/**
 * The merges of byte-pair encoding, exactly as Hugging Face's trainer finds them (Sennrich et al. 2016; the order of
 * equals is that of `BpeTrainer` in tokenizers 0.23). The most frequent pair is merged; among equals the one with the
 * smaller left id, then the smaller right id. Two habits of that trainer are kept because they decide merges:
 * - a queue entry owns the words it was pushed for, and merging it touches only those;
 * - a merged pair keeps its count. When two pairs spell the same token, a neighbour pair can appear again after it was
 *   merged, is then counted on top of the old count, and may be merged twice; the later rank is the one that lasts.
 */
import { breathe } from "./breathe.js";
import { mergeWord, Occurrences, tally } from "./occurrences.js";
import { PairTable } from "./pairs.js";
import { Queue } from "./queue.js";
import type { Words } from "./words.js";
import type { OnProgress } from "../types.js";

export interface Learning {
  words: Words;
  /** The tokens so far by id; new ones are appended. */
  tokens: string[];
  /** Stop at this many tokens. */
  size: number;
  minFrequency: number;
  signal?: AbortSignal | undefined;
  onProgress?: OnProgress | undefined;
}

/** Extends `tokens` and returns the merges as pairs of token ids, in order of rank. */
export async function learn(learning: Learning): Promise<[number, number][]> {
  const { words, tokens, size, minFrequency, signal, onProgress } = learning;
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const first = tokens.length;
  const pairs = new PairTable();
  const places = new Occurrences();
  const queue = new Queue((p, q) => {
    const left = pairs.left[p]! - pairs.left[q]!;
    return left !== 0 ? left < 0 : pairs.right[p]! < pairs.right[q]!;
  });
  const met: number[] = [];
  const enqueue = (): void => {
    for (const pair of met) {
      const count = pairs.value[pair]!;
      if (count > 0) queue.push(count, pair, pairs.list[pair]!);
      pairs.list[pair] = -1;
    }
    met.length = 0;
  };
  const lengths = tally(words, pairs, places, met);
  enqueue();

  const merges: number[] = [];
  let work = 0;
  while (tokens.length < size && queue.ready()) {
    const pair = queue.heap.pair[0]!;
    const count = pairs.value[pair]!;
    if (queue.heap.count[0] !== count) {
      queue.lower(count);
      continue;
    }
    if (count < minFrequency) break;
    const list = queue.heap.list[0]!;
    queue.pop();
    const token = tokens[pairs.left[pair]!]! + tokens[pairs.right[pair]!]!;
    let id = ids.get(token);
    if (id === undefined) {
      id = tokens.push(token) - 1;
      ids.set(token, id);
    }
    merges.push(pair);
    for (let place = list; place >= 0; place = places.next[place]!) {
      mergeWord(words, lengths, places.word[place]!, pairs, pair, id, places, met);
      work++;
    }
    enqueue();
    if (work < 50_000) continue;
    work = 0;
    onProgress?.({ label: "learning merges", done: tokens.length - first, total: size - first });
    await breathe(signal);
  }
  onProgress?.({ label: "learning merges", done: tokens.length - first, total: tokens.length - first });
  const last = new Map(merges.map((pair, rank) => [pair, rank]));
  return merges.filter((pair, rank) => last.get(pair) === rank).map((pair) => [pairs.left[pair]!, pairs.right[pair]!]);
}
