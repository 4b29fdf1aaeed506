/**
 * Texts become distinct words with counts, split as the tokenizer's own normaliser and pre-tokeniser split them, and
 * each word a run of token ids in one flat array. Not an encoder: no merge is applied here.
 */
import { Tokenizer as Native } from "tokenizers";
import { symbolOf } from "./bytes.js";
import { breathe } from "./breathe.js";
import { scan } from "./gpt2.js";
import type { TokenizerJson } from "./format.js";
import type { OnProgress } from "../types.js";

/** Words back to back: word w is `symbols[starts[w] .. starts[w + 1])` and occurs `counts[w]` times. */
export interface Words {
  symbols: Int32Array;
  starts: Int32Array;
  counts: Float64Array;
}

export interface Counting {
  caller: string;
  json: TokenizerJson;
  texts: Iterable<string>;
  signal?: AbortSignal | undefined;
  onProgress?: OnProgress | undefined;
}

/** Distinct pre-tokens of the texts, spelled in the byte alphabet, with their counts. */
export async function countWords({ caller, json, texts, signal, onProgress }: Counting): Promise<Map<string, number>> {
  const raw = isGpt2(json) ? new Map<string, number>() : undefined;
  const split = raw ? (text: string) => scan(text, (word) => raw.set(word, (raw.get(word) ?? 0) + 1)) : undefined;
  const counts = new Map<string, number>();
  const native = split ?? nativeSplit(json, counts);
  const total = Array.isArray(texts) ? texts.length : 0;
  let done = 0;
  let pending = 0;
  for (const text of texts) {
    if (typeof text !== "string") throw new TypeError(`${caller}: invalid texts: ${text} (${typeof text}, not a string)`);
    native(text);
    done++;
    pending += text.length;
    if (pending < 1 << 19) continue;
    pending = 0;
    onProgress?.({ label: "counting words", done, total: Math.max(total, done) });
    await breathe(signal);
  }
  onProgress?.({ label: "counting words", done, total: Math.max(total, done) });
  await breathe(signal);
  if (raw) for (const [word, count] of raw) spell(word, count, counts);
  return counts;
}

const utf8 = new TextEncoder();

function spell(word: string, count: number, into: Map<string, number>): void {
  let symbols = "";
  for (const byte of utf8.encode(word)) symbols += symbolOf[byte];
  into.set(symbols, (into.get(symbols) ?? 0) + count);
}

/** Whether the pre-tokeniser is exactly the one that `scan` implements. */
function isGpt2(json: TokenizerJson): boolean {
  const { normalizer, pre_tokenizer: pre } = json;
  return !normalizer && pre?.type === "ByteLevel" && pre["use_regex"] !== false && pre["add_prefix_space"] === false;
}

/** Any other normaliser and pre-tokeniser: Hugging Face's own, several times slower. */
function nativeSplit(json: TokenizerJson, counts: Map<string, number>): (text: string) => void {
  const empty = { ...json, added_tokens: [], post_processor: null, model: { type: "BPE", vocab: {}, merges: [] } };
  const native = Native.fromString(JSON.stringify(empty));
  const normalizer = native.getNormalizer();
  const pre = native.getPreTokenizer()!;
  return (text) => {
    const normal = normalizer ? normalizer.normalizeString(text) : text;
    for (const [word] of pre.preTokenizeString(normal)) counts.set(word, (counts.get(word) ?? 0) + 1);
  };
}

/** Lays words out as runs of ids; `spellOut` gives each word's first segmentation. */
export function layOut(counts: Map<string, number>, spellOut: (word: string) => ArrayLike<number>): Words {
  const runs: ArrayLike<number>[] = [];
  const words: Words = {
    symbols: new Int32Array(0),
    starts: new Int32Array(counts.size + 1),
    counts: Float64Array.from(counts.values()),
  };
  let length = 0;
  for (const word of counts.keys()) {
    const run = spellOut(word);
    runs.push(run);
    length += run.length;
    words.starts[runs.length] = length;
  }
  words.symbols = new Int32Array(length);
  runs.forEach((run, w) => words.symbols.set(run, words.starts[w]));
  return words;
}
