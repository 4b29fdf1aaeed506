/**
 * How often a tokenizer's tokens come out of texts, and which characters it needs several tokens for. Of BPE by distinct words,
 * where added tokens in a text are text; of other models as they encode.
 */
import { joinBytes } from "./decode.js";
import { merged } from "./encoder.js";
import type { TokenizerJson } from "./format.js";
import { scannerOf } from "./scanner.js";
import { bpeOf } from "./tables.js";
import { breathe } from "../breathe.js";
import { countWords, type Counting } from "./words.js";
import type { Tokenizer } from "../types.js";

export interface Counted {
  /** Occurrences by id. */
  tokens: Float64Array;
  /** Occurrences of each character that some token ends within. */
  parted: Map<string, number>;
  /** Occurrences of all characters. */
  characters: number;
}

export interface CountingTokens extends Pick<Counting, "caller" | "texts" | "signal" | "onProgress"> {
  /** Whether `ignore_merges` counts: a whole word's token comes out though no merges make it. Defaults to true. */
  wholeWords?: boolean;
}

export async function countTokens(
  tokenizer: Tokenizer,
  { wholeWords = true, ...counting }: CountingTokens,
): Promise<Counted> {
  const json = tokenizer.json as TokenizerJson;
  const bpe = bpeOf(tokenizer, counting.caller);
  const asked = wholeWords ? json : { ...json, model: { ...json.model, ignore_merges: false } };
  const segment = (bytes: Uint8Array): number[] => merged(bytes, asked, bpe);
  const scan = scannerOf(json, bpe);
  const { symbols, starts, counts } = await countWords({ ...counting, json, byteIds: bpe.byteIds, scan, segment });
  const tokens = new Float64Array(bpe.size);
  const parted = new Map<string, number>();
  let characters = 0;
  for (let w = 0; w < counts.length; w++) {
    const ids = symbols.subarray(starts[w], starts[w + 1]);
    for (const id of ids) {
      if (id < 0) continue;
      tokens[id]! += counts[w]!;
      for (const byte of bpe.bytesOf(id)!) if ((byte & 0xc0) !== 0x80) characters += counts[w]!;
    }
    if (ids.length > 1 && !ids.includes(-1))
      for (const character of partedIn(ids, (id) => bpe.bytesOf(id)!))
        parted.set(character, (parted.get(character) ?? 0) + counts[w]!);
  }
  return { tokens, parted, characters };
}

/** Occurrences by id, of a tokenizer of any kind. */
export async function countEncoded(
  tokenizer: Tokenizer,
  { texts, signal, onProgress }: Pick<Counting, "texts" | "signal" | "onProgress">,
): Promise<Float64Array> {
  const counts = new Float64Array(tokenizer.size);
  const all = Array.isArray(texts) ? (texts as string[]) : [...texts];
  for (let i = 0; i < all.length; i += 256) {
    onProgress?.({ label: "counting tokens", done: i, total: all.length });
    for (const ids of await tokenizer.encodeBatch(all.slice(i, i + 256))) for (const id of ids) counts[id]!++;
    await breathe(signal);
  }
  return counts;
}

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

function partedIn(ids: Int32Array, bytesOf: (id: number) => Uint8Array): string[] {
  const ends = new Set<number>();
  let length = 0;
  for (const id of ids) ends.add((length += bytesOf(id).length));
  const bytes = joinBytes(ids, bytesOf);
  const found: string[] = [];
  for (let start = 0, end = 1; start < length; start = end++) {
    while (end < length && (bytes[end]! & 0xc0) === 0x80) end++;
    for (let at = start + 1; at < end; at++)
      if (ends.has(at)) {
        found.push(utf8.decode(bytes.subarray(start, end)));
        break;
      }
  }
  return found;
}
