/**
 * Texts become distinct words with counts, split as the tokenizer's own normaliser and pre-tokeniser split them.
 * Not an encoder: a word is bytes here, and no merge is applied. Added tokens in a text are text like any other, as they
 * are to Hugging Face's trainer.
 */
import { beforeSpace, blocks } from "./blocks.js";
import { breathe } from "../breathe.js";
import { fromSymbols } from "./bytes.js";
import { familyOf, type TokenizerJson } from "./format.js";
import { splitterOf } from "./native.js";
import { scannerOf, type Piece, type Scan } from "./scanner.js";
import { strangeStages } from "./sentencepiece.js";
import { WordTable } from "./word-table.js";
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
  /** Id of each single byte. */
  byteIds: Int32Array;
  /** What cuts a text into words; defaults to the tokenizer's own normaliser and pre-tokeniser. */
  scan?: Scan | undefined;
  /** The first segmentation of a word, as ids; defaults to its single bytes. */
  segment?: (bytes: Uint8Array) => ArrayLike<number>;
  signal?: AbortSignal | undefined;
  onProgress?: OnProgress | undefined;
}

export async function countWords({
  caller,
  json,
  texts,
  byteIds,
  segment,
  scan = scannerOf(json) ?? nativeScan(caller, json),
  signal,
  onProgress,
}: Counting): Promise<Words> {
  const table = new WordTable();
  const add: Piece = (buffer, from, to) => void table.add(buffer, from, to);
  const known = Array.isArray(texts) ? texts.length : 0;
  let done = 0;
  let pending = 0;
  const report = (): Promise<void> => {
    onProgress?.({ label: "counting words", done, total: Math.max(known, done) });
    return breathe(signal);
  };
  for (const text of texts) {
    if (typeof text !== "string")
      throw new TypeError(`${caller}: invalid texts: ${String(text)} (${typeof text}, not a string)`);
    scan(text, add);
    done++;
    pending += text.length;
    if (pending < 1 << 20) continue;
    pending = 0;
    await report();
  }
  await report();
  const { bytes, starts, counts } = table.words();
  if (segment) return { ...segmented(bytes, starts, segment), counts };
  const symbols = new Int32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) symbols[i] = byteIds[bytes[i]!]!;
  return { symbols, starts, counts };
}

function segmented(
  bytes: Uint8Array,
  starts: Int32Array,
  segment: (bytes: Uint8Array) => ArrayLike<number>,
): Omit<Words, "counts"> {
  const symbols = new Int32Array(bytes.length);
  const runs = new Int32Array(starts.length);
  for (let w = 1, at = 0; w < starts.length; w++) {
    const run = segment(bytes.subarray(starts[w - 1], starts[w]));
    for (let i = 0; i < run.length; i++) symbols[at++] = run[i]!;
    runs[w] = at;
  }
  return { symbols, starts: runs };
}

/** Any other normaliser and pre-tokeniser: Hugging Face's own, several times slower. */
function nativeScan(caller: string, json: TokenizerJson): Scan {
  if (familyOf(json) === "sentencepiece") throw new Error(`${caller}: invalid tokenizer: ${strangeStages(json)}`);
  const split = splitterOf(json);
  return (text, piece) => {
    for (const block of blocks(text, beforeSpace))
      for (const word of split(block)) {
        const bytes = fromSymbols(word);
        if (!bytes)
          throw new Error(
            `pretokenize: invalid word: ${JSON.stringify(word)} (the pre-tokeniser left characters that are not bytes)`,
          );
        piece(bytes, 0, bytes.length);
      }
  };
}
