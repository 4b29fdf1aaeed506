/**
 * GPT-2's pre-tokeniser on UTF-8 instead of a regular expression (Radford et al. 2019; the pattern is
 * `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`).
 */
import { classAt, endOfRun, endOfSpace, space } from "./classes.js";
import type { TokenizerJson } from "./format.js";

/** Whether a tokenizer's pre-tokeniser is exactly this one. */
export function isGpt2({ normalizer, pre_tokenizer: pre }: TokenizerJson): boolean {
  return !normalizer && pre?.type === "ByteLevel" && pre["use_regex"] !== false && pre["add_prefix_space"] === false;
}

/** End of the pre-token that begins at `start`. */
export function endOfGpt2(bytes: Uint8Array, start: number, length: number): number {
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
  return kind === space ? endOfSpace(bytes, start, end, length) : end;
}

/** Length of s, t, re, ve, m, ll or d at `i`, 0 if none is there. */
function contraction(bytes: Uint8Array, i: number, length: number): number {
  if (i === length) return 0;
  const next = i + 1 < length ? String.fromCharCode(bytes[i]!, bytes[i + 1]!) : "";
  if (next === "re" || next === "ve" || next === "ll") return 2;
  const first = String.fromCharCode(bytes[i]!);
  return first === "s" || first === "t" || first === "m" || first === "d" ? 1 : 0;
}
