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

/** Whether a piece of at most `maxLength` characters may be this string. */
export function isPiece(token: string, maxLength: number): boolean {
  const points = Array.from(token, (character) => character.codePointAt(0)!);
  if (points.length === 0 || points.length > maxLength) return false;
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

/** Its trainer marks unknown characters with U+2585 and the ends of sentences with a tab. */
const mayBeIn = (point: number): boolean => point !== 0 && point !== 0x09 && point !== 0x2585;
