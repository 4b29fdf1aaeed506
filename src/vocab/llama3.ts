/**
 * The pre-tokeniser of Llama 3 and Qwen on UTF-8 instead of a regular expression: OpenAI's cl100k pattern with words that
 * may begin with one mark, numbers cut after three digits (Llama 3) or one (Qwen), and line ends kept together.
 */
import { classAt, endOfRun, endOfSpace, letter, number, other, space, widthOf } from "./classes.js";
import type { TokenizerJson } from "./format.js";

const head = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|";
const tail = "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

/** How many digits this pre-tokeniser keeps together in a tokenizer that has it, else undefined. */
export function digitsOfLlama3({ pre_tokenizer: pre }: TokenizerJson): 1 | 3 | undefined {
  const stages = pre?.type === "Sequence" ? (pre["pretokenizers"] as Record<string, unknown>[]) : [];
  const [split, bytes] = stages;
  if (stages.length !== 2 || split?.["type"] !== "Split" || bytes?.["type"] !== "ByteLevel") return undefined;
  if (split["behavior"] !== "Isolated" || split["invert"] || bytes["use_regex"] !== false) return undefined;
  if (bytes["add_prefix_space"] !== false) return undefined;
  const { Regex: pattern } = split["pattern"] as { Regex?: string };
  return pattern === `${head}\\p{N}{1,3}${tail}` ? 3 : pattern === `${head}\\p{N}${tail}` ? 1 : undefined;
}

/** End of the pre-token that begins at `start`. */
export function endOfLlama3(bytes: Uint8Array, start: number, length: number, digits: 1 | 3): number {
  const lead = bytes[start]!;
  if (lead === 0x27) {
    const suffix = contraction(bytes, start + 1, length);
    if (suffix > 0) return start + 1 + suffix;
  }
  const kind = classAt(bytes, start);
  if (kind === letter) return endOfRun(bytes, start, length, letter);
  const second = start + widthOf(lead);
  if (kind === number) {
    let end = second;
    for (let n = 1; n < digits && end < length && classAt(bytes, end) === number; n++) end += widthOf(bytes[end]!);
    return end;
  }
  const next = second < length ? classAt(bytes, second) : 0;
  if (next === letter && !isLineEnd(lead)) return endOfRun(bytes, second, length, letter);
  if (kind === other || (lead === 0x20 && next === other)) {
    let end = endOfRun(bytes, kind === other ? start : second, length, other);
    while (end < length && isLineEnd(bytes[end]!)) end++;
    return end;
  }
  const end = endOfRun(bytes, start, length, space);
  for (let last = end - 1; last >= start; last--) if (isLineEnd(bytes[last]!)) return last + 1;
  return endOfSpace(bytes, start, end, length);
}

const isLineEnd = (byte: number): boolean => byte === 0x0a || byte === 0x0d;

/** Length in bytes of s, t, re, ve, m, ll or d at `i` in either case, 0 if none is there. */
function contraction(bytes: Uint8Array, i: number, length: number): number {
  if (i === length) return 0;
  const first = bytes[i]! | 0x20;
  const second = i + 1 < length ? bytes[i + 1]! | 0x20 : 0;
  if ((first === 0x72 || first === 0x76) && second === 0x65) return 2; // re, ve
  if (first === 0x6c && second === 0x6c) return 2; // ll
  if (first === 0x73 || first === 0x74 || first === 0x6d || first === 0x64) return 1; // s, t, m, d
  return bytes[i] === 0xc5 && bytes[i + 1] === 0xbf ? 2 : 0; // ſ is an s to the pattern's (?i:…)
}
