/**
 * New pieces for models that have no merges: the words of new texts, spelled with the pieces at hand, are joined as byte-pair
 * encoding would join them, most frequent neighbours first, and what comes about are the pieces. What becomes of them in
 * the file is each model's own: `extend-word-piece.ts`, `extend-unigram.ts`.
 */
import { applyMerges } from "./apply-merges.js";
import { blocks, type IsCut } from "./blocks.js";
import { breathe } from "../breathe.js";
import type { Extending } from "./extending.js";
import type { ModelJson, TokenizerJson } from "./format.js";
import { learn, smallerSpelling } from "./learn.js";
import { splitterOf } from "./native.js";
import { PairTable } from "./pairs.js";
import { tablesOf } from "./tables.js";
import type { Merges } from "./types.js";
import type { Words } from "./words.js";
import type { Tokenizer } from "../types.js";

/** A token as it stands in a word, so that two names side by side are the name of what both spell. */
export interface Naming {
  /** A word as the pre-tokeniser gives it. */
  ofWord: (word: string) => string;
  /** The characters of a named word. */
  characters: (name: string) => string[];
  ofToken: (token: string) => string;
  toToken: (name: string) => string;
  bytesOf: (name: string) => Uint8Array;
}

/** Named words of the texts and how often each occurs. */
export type WordCounts = Map<string, number>;

const atSpace: IsCut = (text, i) => text[i] === " ";

export async function wordCounts(naming: Naming, { base, texts, signal, onProgress }: Extending): Promise<WordCounts> {
  const split = splitterOf(base.json as TokenizerJson<ModelJson>);
  const counts = new Map<string, number>();
  let done = 0;
  for (const text of texts) {
    if (typeof text !== "string")
      throw new TypeError(`extend: invalid texts: ${String(text)} (${typeof text}, not a string)`);
    for (const block of blocks(text, atSpace))
      for (const word of split(block)) {
        const name = naming.ofWord(word);
        counts.set(name, (counts.get(name) ?? 0) + 1);
      }
    if (++done % 256 !== 0) continue;
    onProgress?.({ label: "counting words", done, total: Array.isArray(texts) ? texts.length : done });
    await breathe(signal);
  }
  return counts;
}

export interface Missing {
  /** Names of characters without a token, the most frequent first, and how often each occurs. */
  names: [string, number][];
  /** Occurrences of all characters. */
  characters: number;
}

/** Characters that get a token of their own: until the wanted share of all is covered, or no more tokens are asked for. */
export function missingCharacters(naming: Naming, words: WordCounts, options: Extending): Missing {
  const { base, newTokens, characterCoverage } = options;
  const counts = new Map<string, number>();
  let characters = 0;
  let left = 0;
  for (const [word, count] of words)
    for (const name of naming.characters(word)) {
      characters += count;
      if (base.idOf(naming.toToken(name)) !== undefined) continue;
      counts.set(name, (counts.get(name) ?? 0) + count);
      left += count;
    }
  const names: [string, number][] = [];
  const open = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  for (const [name, count] of characterCoverage > 0 ? open : []) {
    if (left <= (1 - characterCoverage) * characters || names.length === newTokens) break;
    names.push([name, count]);
    left -= count;
  }
  return { names, characters };
}

export interface Learned {
  /** Names of the new pieces in the order in which they were found. */
  names: string[];
  /** How often each occurred when it was found. */
  times: number[];
  /** Tokens of the texts before that. */
  tokens: number;
}

/** `start` is the base with its missing characters; pieces are found until there are as many new tokens as are asked for. */
export async function learnPieces(options: {
  start: Tokenizer;
  naming: Naming;
  words: WordCounts;
  allows: (name: string) => boolean;
  extending: Extending;
}): Promise<Learned> {
  const { start, naming, words, allows, extending } = options;
  const { base, newTokens, minFrequency, signal, onProgress } = extending;
  const tables = tablesOf(start);
  const known = tables.tokens.map((token, id) =>
    token === undefined || tables.added.has(id) || tables.byteOf(id) >= 0 ? undefined : naming.ofToken(token),
  );
  const spelled = spelledWords(words, (name) => tables.spell(naming.bytesOf(name)));
  const before = spelled.symbols.slice();
  const merges: Merges = { pairs: new PairTable(), results: [] };
  const names = known.map((name) => name ?? "");
  const made = await learn({
    words: spelled,
    tokens: names,
    ids: new Map(known.flatMap((name, id) => (name === undefined ? [] : [[name, id]]))),
    allows: (name, left, right) => names[left] !== "" && names[right] !== "" && allows(name),
    merges,
    order: smallerSpelling,
    newTokens: base.size + newTokens - start.size,
    minFrequency,
    signal,
    onProgress,
  });
  const added = names.length - base.size;
  if (added < newTokens)
    throw new RangeError(
      `extend: invalid newTokens: ${newTokens} (the texts yield ${added}; ask for fewer or give more text)`,
    );
  const { starts, counts } = spelled;
  const times = new Float64Array(names.length);
  let tokens = 0;
  for (let w = 0; w < counts.length; w++) {
    tokens += counts[w]! * (starts[w + 1]! - starts[w]!);
    for (const id of applyMerges([...before.subarray(starts[w], starts[w + 1])], merges)) times[id]! += counts[w]!;
  }
  for (let rank = made.length - 1; rank >= 0; rank--)
    for (const part of made[rank]!) times[part]! += times[merges.results[rank]!]!;
  return { names: names.slice(start.size), times: [...times.subarray(start.size)], tokens };
}

/** Words that have no spelling are left out. */
function spelledWords(words: WordCounts, spell: (name: string) => number[]): Words {
  const symbols: number[] = [];
  const starts = [0];
  const counts: number[] = [];
  for (const [name, count] of words) {
    const ids = spell(name);
    if (ids.some((id) => id < 0)) continue;
    for (const id of ids) symbols.push(id);
    starts.push(symbols.length);
    counts.push(count);
  }
  return { symbols: Int32Array.from(symbols), starts: Int32Array.from(starts), counts: Float64Array.from(counts) };
}
