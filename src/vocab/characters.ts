/** Bytes as the characters that a SentencePiece-style BPE begins with, unknown ones and bytes that are no text as byte tokens. */
import type { Bpe } from "./types.js";
import { pointAt } from "./classes.js";
import { underscore } from "./sentencepiece.js";
import { sequenceAt } from "./utf8.js";

const tables = new WeakMap<Bpe, Map<number, number>>();

/** Ids of the tokens that are one character, by code point; the space is the one written ▁. */
function characterIds(bpe: Bpe): Map<number, number> {
  const found = tables.get(bpe);
  if (found) return found;
  const table = new Map<number, number>();
  for (const [token, id] of bpe.modelIds) {
    const point = token.codePointAt(0)!;
    if (token.length === (point > 0xffff ? 2 : 1) && token !== " " && token !== underscore) table.set(point, id);
  }
  const space = bpe.modelIds.get(underscore);
  if (space !== undefined) table.set(0x20, space);
  tables.set(bpe, table);
  return table;
}

/** Ids that spell exactly `bytes`; -1 - byte where the vocabulary lacks a byte. A ▁ in the bytes is no space: it is spelled by its bytes. */
export function charactersOf(bytes: Uint8Array, bpe: Bpe): number[] {
  const table = characterIds(bpe);
  const symbols: number[] = [];
  for (let i = 0; i < bytes.length;) {
    const width = sequenceAt(bytes, i);
    const id = width > 0 ? table.get(pointAt(bytes, i)) : undefined;
    const end = i + Math.max(1, width);
    if (id !== undefined) symbols.push(id);
    else
      for (let k = i; k < end; k++)
        symbols.push(bpe.byteIds[bytes[k]!]! < 0 ? -1 - bytes[k]! : bpe.byteIds[bytes[k]!]!);
    i = end;
  }
  return symbols;
}
