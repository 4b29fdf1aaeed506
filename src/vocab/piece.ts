/**
 * Which strings SentencePiece's trainer takes for pieces (Kudo and Richardson 2018; `is_valid_sentence_piece` with its
 * default settings): no change of script, ▁ only in front. Kana counts as Han, and a mark as what it is on.
 */
import { scriptOf } from "./script.js";
import type { Joins } from "./junctions.js";

const space = 0x2581;

/** The script as the rule sees it: Han for kana and its long mark, "" for a mark, which takes what is before it. */
function ruleScript(point: number): string {
  if (point === 0x30fc) return "Han";
  const script = scriptOf(point);
  return script === "Hiragana" || script === "Katakana" ? "Han" : script === "Inherited" ? "" : script;
}

export interface PieceRules {
  /** In characters. */
  maxLength: number;
  /** Whether an ASCII digit is a piece of its own (`split_digits`). */
  digitsAlone: boolean;
}

/** Whether a piece may be this string. */
export function isPiece(token: string, { maxLength, digitsAlone }: PieceRules): boolean {
  const points = Array.from(token, (character) => character.codePointAt(0)!);
  if (points.length === 0 || points.length > maxLength) return false;
  if (digitsAlone && points.length > 1 && /[0-9]/.test(token)) return false;
  let before = "";
  return points.every((point, at) => {
    if (point === space) return at === 0;
    if (point === 0x20 || !mayBeIn(point)) return false;
    const script = ruleScript(point) || before;
    const stays = before === "" || script === before;
    before = script;
    return stays;
  });
}

/** Whether two characters may be side by side in a piece; the space stands for ▁. May say yes where a whole piece says no. */
export const mayJoin: Joins = (left, right) => {
  if (right === 0x20 || !mayBeIn(left) || !mayBeIn(right)) return false;
  const [before, after] = [left === 0x20 ? "" : ruleScript(left), ruleScript(right)];
  return before === "" || after === "" || before === after;
};

/** Its trainer reads lines, and marks unknown characters with U+2585 and the ends of pieces with a tab. */
const mayBeIn = (point: number): boolean => point !== 0 && point !== 0x09 && point !== 0x0a && point !== 0x2585;

/** Whether a vocabulary keeps digits apart: it has no number of two. */
export function keepsDigitsAlone(has: (token: string) => boolean): boolean {
  for (let n = 0; n < 100; n++) {
    const digits = String(n).padStart(2, "0");
    if (has(digits) || has(`\u2581${digits}`)) return false;
  }
  return true;
}
