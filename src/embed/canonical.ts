/**
 * Which tokens of two vocabularies are the same token, whatever their tokenizers call it. The key is the bytes a token
 * stands for, leading space included: "Ġthe" of byte-level BPE and "▁the" of SentencePiece are one key, "<0xE4>" and the
 * byte E4 another, and half a character has a key too. (Dobler & de Melo 2023, FOCUS, compare decoded strings, where all
 * halves of characters look alike.) Special tokens mean what their names mean: they are matched by name and never by bytes.
 */
import type { Shared } from "./types.js";
import type { Tokenizer } from "../types.js";

interface Added {
  id: number;
  content: string;
  special: boolean;
}

/** Ids of the tokens that mean something instead of spelling it. */
export function specialIds({ json }: Tokenizer): Set<number> {
  const added = (json as { added_tokens?: Added[] }).added_tokens ?? [];
  return new Set(added.filter(({ special }) => special).map(({ id }) => id));
}

/** The key of an id that is not special: its bytes, a character each. */
export function canonicalKey(tokenizer: Tokenizer, id: number): string {
  let key = "";
  for (const byte of tokenizer.bytesOf(id)) key += String.fromCharCode(byte);
  return key;
}

export interface OverlapOptions {
  base: Tokenizer;
  tokenizer: Tokenizer;
  /** The base's name of a special token that is called otherwise in `tokenizer`, e.g. `{ "<s>": "<|begin_of_text|>" }`. */
  specials?: Record<string, string>;
  /** Which tokens count as the same: all, or only special ones. Defaults to "all". */
  of?: "all" | "specials";
}

/** Tokens of both, ascending in `tokenizer`. The tokens that end a document are always a pair. */
export function overlap({ base, tokenizer, specials = {}, of = "all" }: OverlapOptions): Shared {
  const special = { base: specialIds(base), target: specialIds(tokenizer) };
  const pairs = new Map<number, number>();
  for (const [name, baseName] of Object.entries(specials)) {
    const [target, from] = [tokenizer.idOf(name), base.idOf(baseName)];
    if (target === undefined)
      throw new Error(`overlap: invalid specials: ${JSON.stringify(name)} (not in the tokenizer)`);
    if (from === undefined) throw new Error(`overlap: invalid specials: ${JSON.stringify(baseName)} (not in the base)`);
    pairs.set(target, from);
  }
  const keys = of === "all" ? keysOf(base, special.base) : new Map<string, number>();
  for (let id = 0; id < tokenizer.size; id++) {
    const token = tokenizer.tokenOf(id);
    if (token === undefined || pairs.has(id)) continue;
    const named = base.idOf(token);
    const from = special.target.has(id)
      ? named !== undefined && special.base.has(named)
        ? named
        : undefined
      : keys.get(canonicalKey(tokenizer, id));
    if (from !== undefined) pairs.set(id, from);
  }
  if (!pairs.has(tokenizer.endOfText)) pairs.set(tokenizer.endOfText, base.endOfText);
  const target = Int32Array.from(pairs.keys()).sort();
  return { target, base: target.map((id) => pairs.get(id)!) };
}

/** A SentencePiece vocabulary has most single bytes twice, and the one of these names is for text it cannot spell. */
const byteFallback = /^<0x[0-9A-F]{2}>$/;

/** The id of each key; of several the smallest, and a token that text is spelled with before a fallback. */
function keysOf(base: Tokenizer, special: ReadonlySet<number>): Map<string, number> {
  const keys = new Map<string, number>();
  const fallbacks: number[] = [];
  for (let id = 0; id < base.size; id++) {
    const token = base.tokenOf(id);
    if (token === undefined || special.has(id)) continue;
    if (byteFallback.test(token)) fallbacks.push(id);
    else if (!keys.has(canonicalKey(base, id))) keys.set(canonicalKey(base, id), id);
  }
  for (const id of fallbacks) if (!keys.has(canonicalKey(base, id))) keys.set(canonicalKey(base, id), id);
  return keys;
}
