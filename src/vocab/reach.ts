/**
 * Which tokens can ever come out of a tokenizer: a token that its own text does not encode to is dead weight. The model alone
 * is asked, of BPE its merges: `ignore_merges` (Llama 3), which hands out a whole word's token without them, is left aside, for it helps a
 * token only where it is all of a word.
 */
import { fromSymbols } from "./bytes.js";
import { familyOf, type ModelJson, type TokenizerJson } from "./format.js";
import { splitterOf } from "./native.js";
import { scannerOf } from "./scanner.js";
import { applyMerges } from "./apply-merges.js";
import { tablesOf } from "./tables.js";
import type { Bpe } from "./types.js";
import type { Tokenizer } from "../types.js";

/**
 * Ids from `first` (defaults to 0) on, in order, that no text encodes to: the merges do not make them, or the
 * pre-tokeniser parts what they are made of. Added tokens need no merges, and the tokens of single bytes are for what has no
 * other: these count as reachable. Part of a character cannot be given to the pre-tokeniser; of such tokens only merges are asked.
 */
export function unreachable(tokenizer: Tokenizer, first = 0): number[] {
  const tables = tablesOf(tokenizer);
  const pieces = counterOf(tokenizer.json as TokenizerJson<ModelJson>);
  const lost: number[] = [];
  for (const [token, id] of tables.modelIds) {
    if (id < first || tables.added.has(id) || tables.byteOf(id) >= 0) continue;
    const made = tables.kind === "BPE" ? mergedKey(token, tables as Bpe) : tables.spell(tables.bytesOf(id)!);
    if (made.length !== 1 || made[0] !== id || isParted(tables.bytesOf(id)!, pieces)) lost.push(id);
  }
  return lost.sort((a, b) => a - b);
}

function mergedKey(token: string, bpe: Bpe): number[] {
  const symbols = spelling(token, bpe);
  return symbols.includes(-1) ? [] : applyMerges(symbols, bpe.merges);
}

/** What the merges begin with: the key's own characters. */
function spelling(token: string, { family, byteIds, modelIds }: Bpe): number[] {
  if (family === "sentencepiece") return Array.from(token, (character) => modelIds.get(character) ?? -1);
  return Array.from(fromSymbols(token) ?? [], (byte) => byteIds[byte]!);
}

/** How many pre-tokens a text is. */
function counterOf(json: TokenizerJson<ModelJson>): (text: string) => number {
  if (!json.pre_tokenizer) return () => 1;
  const scan = familyOf(json) === "byte-level" ? scannerOf(json as TokenizerJson) : undefined;
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
