/**
 * GPT-2's pre-tokeniser as a scanner of UTF-8 instead of a regular expression (Radford et al. 2019; the pattern is
 * `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`).
 * Which characters are letters or numbers depends on the Unicode version, and Node's differs from the one inside
 * Hugging Face's library; so each character's class is asked of that library, once, and the pieces are always its own.
 */
import { byteLevelPreTokenizer } from "tokenizers";
import type { TokenizerJson } from "./format.js";

const letter = 1;
const number = 2;
const space = 3;
const other = 4;

/** The class of each code point, 0 until it is first met. */
const classes = new Uint8Array(0x110000);
const oracle = byteLevelPreTokenizer(false, true);
// The large old scripts need no asking: Hangul syllables and the ideographs of Unicode 1.1 are letters for good.
classes.fill(letter, 0xac00, 0xd7a4);
classes.fill(letter, 0x4e00, 0x9fa6);

function classify(point: number): number {
  const joins = (start: string): boolean => oracle.preTokenizeString(start + String.fromCodePoint(point)).length === 1;
  return (classes[point] = joins("a") ? letter : joins("1") ? number : joins("!") ? other : space);
}

/** Whether a tokenizer's pre-tokeniser is exactly the one that `scan` implements. */
export function isGpt2({ normalizer, pre_tokenizer: pre }: TokenizerJson): boolean {
  return !normalizer && pre?.type === "ByteLevel" && pre["use_regex"] !== false && pre["add_prefix_space"] === false;
}

const utf8 = new TextEncoder();
let buffer = new Uint8Array(1 << 16);

/** Calls `piece` for each pre-token with the text's UTF-8 and the token's ends in it, in order; together they are the text. */
export function scan(text: string, piece: (bytes: Uint8Array, from: number, to: number) => void): void {
  if (buffer.length < 3 * text.length) buffer = new Uint8Array(6 * text.length);
  const bytes = buffer;
  const { written: length } = utf8.encodeInto(text, bytes);
  for (let i = 0; i < length;) {
    const end = endOfPiece(bytes, i, length);
    piece(bytes, i, end);
    i = end;
  }
}

function endOfPiece(bytes: Uint8Array, start: number, length: number): number {
  if (bytes[start] === 0x27) {
    const suffix = contraction(bytes, start + 1, length);
    if (suffix > 0) return start + 1 + suffix;
  }
  if (bytes[start] === 0x20 && start + 1 < length) {
    const next = classAt(bytes, start + 1);
    if (next !== space) return endOfRun(bytes, start + 1, length, next);
  }
  const kind = classAt(bytes, start);
  const end = endOfRun(bytes, start, length, kind);
  if (kind !== space || end === length) return end;
  let last = end - 1; // the last space of a run goes with what follows
  while ((bytes[last]! & 0xc0) === 0x80) last--;
  return last > start ? last : end;
}

/** Length of s, t, re, ve, m, ll or d at `i`, 0 if none is there. */
function contraction(bytes: Uint8Array, i: number, length: number): number {
  if (i === length) return 0;
  const next = i + 1 < length ? String.fromCharCode(bytes[i]!, bytes[i + 1]!) : "";
  if (next === "re" || next === "ve" || next === "ll") return 2;
  const first = String.fromCharCode(bytes[i]!);
  return first === "s" || first === "t" || first === "m" || first === "d" ? 1 : 0;
}

function endOfRun(bytes: Uint8Array, start: number, length: number, kind: number): number {
  let i = start;
  while (i < length && classAt(bytes, i) === kind) {
    const lead = bytes[i]!;
    i += lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  }
  return i;
}

/** The class of the character whose first byte is at `i`. */
function classAt(bytes: Uint8Array, i: number): number {
  const lead = bytes[i]!;
  const point =
    lead < 0x80
      ? lead
      : lead < 0xe0
        ? ((lead & 0x1f) << 6) | (bytes[i + 1]! & 0x3f)
        : lead < 0xf0
          ? ((lead & 0xf) << 12) | ((bytes[i + 1]! & 0x3f) << 6) | (bytes[i + 2]! & 0x3f)
          : ((lead & 7) << 18) |
            ((bytes[i + 1]! & 0x3f) << 12) |
            ((bytes[i + 2]! & 0x3f) << 6) |
            (bytes[i + 3]! & 0x3f);
  return classes[point] || classify(point);
}
