/**
 * Letter, number, white space or other: what the published pre-tokenisers ask of a character. The answer depends on the
 * Unicode version, and Node's differs from the one inside Hugging Face's library; so each character's class is asked of that
 * library, once, and the pieces of our scanners are always its own.
 */
import { byteLevelPreTokenizer } from "tokenizers";

export const letter = 1;
export const number = 2;
export const space = 3;
export const other = 4;

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

/** The code point whose UTF-8 begins at `i`. */
export function pointAt(bytes: Uint8Array, i: number): number {
  const lead = bytes[i]!;
  if (lead < 0x80) return lead;
  const second = bytes[i + 1]! & 0x3f;
  if (lead < 0xe0) return ((lead & 0x1f) << 6) | second;
  const third = bytes[i + 2]! & 0x3f;
  if (lead < 0xf0) return ((lead & 0xf) << 12) | (second << 6) | third;
  return ((lead & 7) << 18) | (second << 12) | (third << 6) | (bytes[i + 3]! & 0x3f);
}

/** Bytes of the character whose first byte is `lead`. */
export const widthOf = (lead: number): number => (lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4);

/** The class of the character whose first byte is at `i`. */
export function classAt(bytes: Uint8Array, i: number): number {
  const point = pointAt(bytes, i);
  return classes[point] || classify(point);
}

/** End of the run of characters of one class that begins at `start`. */
export function endOfRun(bytes: Uint8Array, start: number, length: number, kind: number): number {
  let i = start;
  while (i < length && classAt(bytes, i) === kind) i += widthOf(bytes[i]!);
  return i;
}

/** `\s+(?!\S)|\s+`: a run of white space from `start` to `end` leaves its last character to what follows. */
export function endOfSpace(bytes: Uint8Array, start: number, end: number, length: number): number {
  if (end === length) return end;
  let last = end - 1;
  while ((bytes[last]! & 0xc0) === 0x80) last--;
  return last > start ? last : end;
}
