/**
 * Which tokens can ever come out of a tokenizer: a token that its own text does not encode to is dead weight. Merges alone
 * are asked: `ignore_merges` (Llama 3), which hands out a whole word's token without them, is left aside, for it helps a
 * token only where it is all of a word.
 */
import { bpeOf } from "./bpe.js";
import type { Bpe } from "./types.js";
import { fromSymbols } from "./bytes.js";
import { familyOf, type TokenizerJson } from "./format.js";
import { splitterOf } from "./native.js";
import { scannerOf } from "./scanner.js";
import { applyMerges } from "./segment.js";
import { byteOfToken } from "./sentencepiece.js";
import type { Tokenizer } from "../types.js";

/**
 * Ids from `first` (defaults to 0) on, in order, that no text encodes to: the merges do not make them, or the
 * pre-tokeniser parts what they are made of. Added tokens need no merges, and the tokens of single bytes are for what has no
 * other: these count as reachable. Part of a character cannot be given to the pre-tokeniser; of such tokens only merges are asked.
 */
export function unreachable(tokenizer: Tokenizer, first = 0): number[] {
  const json = tokenizer.json as TokenizerJson;
  const bpe = bpeOf(tokenizer);
  const added = new Set(json.added_tokens.map(({ id }) => id));
  const pieces = counterOf(json);
  const lost: number[] = [];
  for (const [token, id] of bpe.modelIds) {
    if (id < first || added.has(id) || (bpe.family === "sentencepiece" && byteOfToken(token) >= 0)) continue;
    const symbols = spelling(token, bpe);
    const made = symbols.includes(-1) ? [] : applyMerges(symbols, bpe.merges);
    if (made.length !== 1 || made[0] !== id || isParted(bpe.bytesOf(id)!, pieces)) lost.push(id);
  }
  return lost.sort((a, b) => a - b);
}

/** What the merges begin with: the key's own characters. */
function spelling(token: string, { family, byteIds, modelIds }: Bpe): number[] {
  if (family === "sentencepiece") return Array.from(token, (character) => modelIds.get(character) ?? -1);
  return Array.from(fromSymbols(token) ?? [], (byte) => byteIds[byte]!);
}

/** How many pre-tokens a text is. */
function counterOf(json: TokenizerJson): (text: string) => number {
  if (!json.pre_tokenizer) return () => 1;
  const scan = familyOf(json) === "byte-level" ? scannerOf(json) : undefined;
  const split = scan ? undefined : splitterOf(json);
  return (text) => {
    if (split) return split(text).length;
    let count = 0;
    scan!(text, () => count++);
    return count;
  };
}

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });

function isParted(bytes: Uint8Array, pieces: (text: string) => number): boolean {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return false;
  }
  return pieces(text) > 1;
}
