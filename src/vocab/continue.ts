/**
 * Continued BPE: new merges learned on words that an existing tokenizer has already segmented, ranked after all of its own
 * (Purason et al. 2025, arXiv 2512.03989). Because each merge starts from what the tokenizer really produces, each new
 * token can be produced. Among equally frequent pairs the one with the smaller left, then right, token string is merged.
 *
 * Counts are exact, unlike in `learn`: after every merge each word is what the encoder would make of it. The one hard case
 * is a merge that spells a token which exists already, since that token may have older merges with its new neighbours;
 * such words go through the whole segmentation again.
 */
import { breathe } from "./breathe.js";
import { gain, mergeWord, Occurrences, tally } from "./occurrences.js";
import { PairTable } from "./pairs.js";
import { Queue } from "./queue.js";
import { applyMerges } from "./segment.js";
import type { Merges } from "./bpe.js";
import type { Words } from "./words.js";
import type { OnProgress } from "../types.js";

export interface Continuing {
  words: Words;
  /** Tokens by id; new ones are appended. */
  tokens: (string | undefined)[];
  /** Ids of the model's vocabulary; new tokens are added. */
  ids: Map<string, number>;
  /** Strings that are no merge's result: the added tokens outside the model's vocabulary. */
  reserved: Set<string>;
  /** The merges so far; new ones are appended. */
  merges: Merges;
  newTokens: number;
  minFrequency: number;
  signal?: AbortSignal | undefined;
  onProgress?: OnProgress | undefined;
}

/** Returns the new merges as pairs of token ids; fewer than asked for where the words run out of pairs. */
export async function continueMerges(continuing: Continuing): Promise<[number, number][]> {
  const { words, tokens, ids, reserved, merges, newTokens, minFrequency, signal, onProgress } = continuing;
  const pairs = new PairTable();
  const places = new Occurrences();
  const queue = new Queue((p, q) => {
    const left = tokens[pairs.left[p]!]!;
    const other = tokens[pairs.left[q]!]!;
    return left !== other ? left < other : tokens[pairs.right[p]!]! < tokens[pairs.right[q]!]!;
  });
  const lists: number[] = [];
  const met: number[] = [];
  /** Every pair met since the last call joins the queue, its new places put before its old ones. */
  const enqueue = (): void => {
    for (const pair of met) {
      let tail = pairs.list[pair]!;
      while (places.next[tail]! >= 0) tail = places.next[tail]!;
      places.next[tail] = lists[pair] ?? -1;
      lists[pair] = pairs.list[pair]!;
      pairs.list[pair] = -1;
      if (pairs.value[pair]! > 0) queue.push(pairs.value[pair]!, pair, -1);
    }
    met.length = 0;
  };
  const lengths = tally(words, pairs, places, met);
  enqueue();

  const made: [number, number][] = [];
  const wanted = tokens.length + newTokens;
  let work = 0;
  while (tokens.length < wanted && queue.ready()) {
    const pair = queue.heap.pair[0]!;
    const count = pairs.value[pair]!;
    if (queue.heap.count[0] !== count) {
      queue.lower(count);
      continue;
    }
    if (count < minFrequency) break;
    queue.pop();
    const left = pairs.left[pair]!;
    const right = pairs.right[pair]!;
    const token = tokens[left]! + tokens[right]!;
    if (reserved.has(token)) {
      pairs.value[pair] = 0;
      continue;
    }
    const old = ids.get(token);
    const id = old ?? tokens.push(token) - 1;
    ids.set(token, id);
    const rank = merges.results.push(id) - 1;
    merges.pairs.value[merges.pairs.add(left, right)] = rank;
    made.push([left, right]);
    const list = lists[pair] ?? -1;
    lists[pair] = -1;
    for (let place = list; place >= 0; place = places.next[place]!, work++) {
      const w = places.word[place]!;
      if (old === undefined) mergeWord(words, lengths, w, pairs, pair, id, places, met);
      else resegment(words, lengths, w, pairs, merges, places, met);
    }
    pairs.value[pair] = 0;
    enqueue();
    if (work < 50_000) continue;
    work = 0;
    onProgress?.({ label: "learning merges", done: tokens.length - wanted + newTokens, total: newTokens });
    await breathe(signal);
  }
  onProgress?.({ label: "learning merges", done: tokens.length - wanted + newTokens, total: newTokens });
  return made;
}

/** Segments word `w` again with all merges and moves its pairs' counts. */
function resegment(
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
  for (let i = 1; i < before.length; i++) pairs.value[pairs.add(before[i - 1]!, before[i]!)]! -= count;
  for (let i = 1; i < after.length; i++) gain(after[i - 1]!, after[i]!, w, count, pairs, places, met);
  symbols.set(after, start);
  lengths[w] = after.length;
}
