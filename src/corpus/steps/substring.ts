/**
 * Stretches that stood before go, and what is around them moves together: a seam makes sentences that nobody wrote. The rule of
 * Lee et al. 2022 (section 4.1: 50 tokens in a row), https://arxiv.org/abs/2107.06499, on words or characters, so that it needs no
 * tokenizer and no suffix array. The first copy stays; some 14 to 27 bytes are kept of every word or character.
 */
import { made } from "../../registry.js";
import { windowsSeen } from "../repeats/windows-seen.js";
import { noPast, type Step } from "./types.js";

export interface SubstringOptions {
  /** What a stretch is counted in; default words, which are what white space parts. */
  of?: "words" | "characters";
  /** Units in a row that count as a repeat; default 50. */
  length?: number;
  /** Units that must be left of a document that loses some, else it is dropped; default 0. */
  minLeft?: number;
}

export function substring({ of = "words", length = 50, minLeft = 0 }: SubstringOptions = {}): Step {
  if (!(Number.isInteger(length) && length > 0))
    throw new Error(`substring: invalid length: ${length} (a whole number from 1)`);
  const unitsOf = of === "words" ? words : characters;
  return made({
    name: "substring",
    options: { of, length, minLeft },
    alone: false,
    open({ log } = noPast) {
      const seen = windowsSeen(length, log);
      return {
        judge(document) {
          const { starts, hashes } = unitsOf(document.text);
          const repeated = seen.repeated(hashes);
          if (!repeated.includes(1)) return document;
          const left = repeated.reduce((sum, is) => sum + 1 - is, 0);
          if (left < minLeft) return { dropped: "too little left without repeats" };
          const { text, seams } = without(document.text, starts, repeated);
          const end = of === "words" ? text.trimEnd() : text;
          const noted = { "UTF-16 units taken out": document.text.length - end.length, seams };
          return { left: { ...document, text: end }, noted };
        },
      };
    },
  });
}

interface Units {
  /** Where each begins, in UTF-16 units, and the end of the text. */
  starts: number[];
  hashes: Uint32Array;
}

/** Each goes with the white space that follows it. */
function words(text: string): Units {
  const starts: number[] = [];
  const hashes: number[] = [];
  for (const { 0: word, index } of text.matchAll(/\S+/g)) {
    starts.push(index);
    let hash = 0x811c9dc5;
    for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), 0x01000193);
    hashes.push(hash);
  }
  return { starts: [...starts, text.length], hashes: Uint32Array.from(hashes) };
}

function characters(text: string): Units {
  const starts = [0];
  const hashes: number[] = [];
  for (const character of text) {
    starts.push(starts.at(-1)! + character.length);
    hashes.push(Math.imul(character.codePointAt(0)!, 0x9e3779b1));
  }
  return { starts, hashes: Uint32Array.from(hashes) };
}

/** What is left, and in how many places it meets what did not follow it. */
function without(text: string, starts: readonly number[], repeated: Uint8Array): { text: string; seams: number } {
  let [left, seams] = [text.slice(0, starts[0]), 0];
  for (let from = 0; from < repeated.length;) {
    let to = from + 1;
    while (to < repeated.length && repeated[to] === repeated[from]) to++;
    if (repeated[from] === 0) left += text.slice(starts[from], starts[to]);
    else if (from > 0 && to < repeated.length) seams++;
    from = to;
  }
  return { text: left, seams };
}
