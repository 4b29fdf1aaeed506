/**
 * Text to ids where the pre-tokeniser is ours (`scanner.ts`): each distinct word is merged once and then looked up, which
 * on prose is several times faster than the Rust library called from Node and gives the same ids (a test holds it to that).
 * Every other tokenizer, and a text with a character that has neither a token nor bytes, is left to that library.
 */
import { partsOfText } from "./added.js";
import type { Bpe } from "./types.js";
import { toSymbols } from "./bytes.js";
import type { TokenizerJson } from "./format.js";
import { scannerOf } from "./scanner.js";
import { applyMerges, symbolsOf } from "./apply-merges.js";
import { spacesOf } from "./sentencepiece.js";
import { WordTable } from "./word-table.js";

/** Distinct words and their bytes remembered before the table starts anew. */
const capacity = { words: 1 << 18, bytes: 1 << 23 };

/** Returns undefined for a tokenizer or a text that it is not made for. */
export type Encoder = (text: string) => number[] | undefined;

export function encoderOf(json: TokenizerJson, bpe: Bpe): Encoder {
  const partsOf = partsOfText(json);
  const whole = bpe.family === "sentencepiece" && json.model.ignore_merges;
  const scan = partsOf && !whole ? scannerOf(json, bpe) : undefined;
  if (!scan || !partsOf) return () => undefined;
  const first = spacesOf(json)?.prefix === "first";
  let table = new WordTable();
  let runs: number[][] = [];
  return (text) => {
    const ids: number[] = [];
    let lost = false;
    const parts = partsOf(text);
    if (first && parts.length > 1) return undefined; // later parts get no space in front
    for (const part of parts) {
      if (typeof part === "number") ids.push(part);
      else
        scan(part, (buffer, from, to) => {
          if (table.size > capacity.words || table.bytes > capacity.bytes) {
            table = new WordTable();
            runs = [];
          }
          const word = table.add(buffer, from, to);
          const run = (runs[word] ??= merged(table.bytesOf(word), json, bpe));
          lost ||= run[0]! < 0;
          for (let i = 0; i < run.length; i++) ids.push(run[i]!);
        });
    }
    return lost ? undefined : ids;
  };
}

/** The ids of one pre-token, or -1 where the vocabulary has no token for a byte. */
export function merged(bytes: Uint8Array, { model }: TokenizerJson, bpe: Bpe): number[] {
  const whole = model.ignore_merges ? bpe.modelIds.get(toSymbols(bytes)) : undefined;
  if (whole !== undefined) return [whole];
  const symbols = symbolsOf(bytes, bpe);
  return symbols.some((id) => id < 0) ? [-1] : applyMerges(symbols, bpe.merges);
}
