/**
 * Text to ids for tokenizers with GPT-2's pre-tokeniser: each distinct word is merged once and then looked up, which on
 * prose is some ten times faster than the Rust library called from Node and gives the same ids (a test holds it to that).
 * Every other tokenizer, and any text that contains an added token, is left to that library.
 */
import type { Bpe } from "./bpe.js";
import { toSymbols } from "./bytes.js";
import type { TokenizerJson } from "./format.js";
import { isGpt2, scan } from "./gpt2.js";
import { applyMerges } from "./segment.js";
import { WordTable } from "./wordtable.js";

/** Distinct words remembered before the table starts anew. */
const capacity = 1 << 18;

/** Returns undefined for a tokenizer or a text that it is not made for. */
export type Encoder = (text: string) => number[] | undefined;

export function encoderOf(json: TokenizerJson, bpe: Bpe): Encoder {
  if (!isGpt2(json) || bpe.byteIds.includes(-1)) return () => undefined;
  const added = json.added_tokens.map(({ content }) => content.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const special = added.length > 0 ? new RegExp(added.join("|"), "u") : undefined;
  let table = new WordTable();
  let runs: number[][] = [];
  return (text) => {
    if (special?.test(text)) return undefined;
    if (table.size > capacity) {
      table = new WordTable();
      runs = [];
    }
    const ids: number[] = [];
    scan(text, (bytes, from, to) => {
      const word = table.add(bytes, from, to);
      const run = (runs[word] ??= merged(table.bytesOf(word), json, bpe));
      for (let i = 0; i < run.length; i++) ids.push(run[i]!);
    });
    return ids;
  };
}

/** The ids of one pre-token. */
export function merged(bytes: Uint8Array, { model }: TokenizerJson, { byteIds, merges, modelIds }: Bpe): number[] {
  const whole = model.ignore_merges ? modelIds.get(toSymbols(bytes)) : undefined;
  return whole === undefined
    ? applyMerges(
        Array.from(bytes, (byte) => byteIds[byte]!),
        merges,
      )
    : [whole];
}
