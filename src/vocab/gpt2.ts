/**
 * GPT-2's pre-tokeniser as a scanner instead of a regular expression (Radford et al. 2019; the pattern is
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

function classify(point: number): number {
  const joins = (start: string): boolean => oracle.preTokenizeString(start + String.fromCodePoint(point)).length === 1;
  return (classes[point] = joins("a") ? letter : joins("1") ? number : joins("!") ? other : space);
}

/** Whether a tokenizer's pre-tokeniser is exactly the one that `scan` implements. */
export function isGpt2({ normalizer, pre_tokenizer: pre }: TokenizerJson): boolean {
  return !normalizer && pre?.type === "ByteLevel" && pre["use_regex"] !== false && pre["add_prefix_space"] === false;
}

/** Calls `piece` with the ends of each pre-token; together they are the text. */
export function scan(text: string, piece: (from: number, to: number) => void): void {
  for (let i = 0; i < text.length;) {
    const end = endOfPiece(text, i);
    piece(i, end);
    i = end;
  }
}

function endOfPiece(text: string, start: number): number {
  const first = text.charCodeAt(start);
  if (first === 0x27) {
    const length = contraction(text, start + 1);
    if (length > 0) return start + 1 + length;
  }
  if (first === 0x20 && start + 1 < text.length) {
    const next = classAt(text, start + 1);
    if (next !== space) return endOfRun(text, start + 1, next);
  }
  const kind = classAt(text, start);
  const end = endOfRun(text, start, kind);
  if (kind !== space || end === text.length) return end;
  return end - start > 1 ? end - 1 : end; // the last space of a run goes with what follows (every space is one unit long)
}

/** Length of s, t, re, ve, m, ll or d at `i`, 0 if none is there. */
function contraction(text: string, i: number): number {
  switch (text[i]) {
    case "s":
    case "t":
    case "m":
    case "d":
      return 1;
    case "r":
    case "v":
      return text[i + 1] === "e" ? 2 : 0;
    case "l":
      return text[i + 1] === "l" ? 2 : 0;
    default:
      return 0;
  }
}

function endOfRun(text: string, start: number, kind: number): number {
  let i = start;
  while (i < text.length) {
    const unit = text.charCodeAt(i);
    if (unit >= 0xd800 && unit < 0xe000) {
      const point = pointAt(text, i);
      if ((classes[point] || classify(point)) !== kind) return i;
      i += point > 0xffff ? 2 : 1;
    } else {
      if ((classes[unit] || classify(unit)) !== kind) return i;
      i++;
    }
  }
  return i;
}

function classAt(text: string, i: number): number {
  const point = pointAt(text, i);
  return classes[point] || classify(point);
}

/** The code point at `i`; half a surrogate pair counts as the replacement character that it is encoded as. */
function pointAt(text: string, i: number): number {
  const point = text.codePointAt(i)!;
  return point >= 0xd800 && point < 0xe000 ? 0xfffd : point;
}
