/** Words per sentence; low is easy. */
import { made } from "../../registry.js";
import type { TextScore } from "./types.js";
import { sentencesOf, wordsOf } from "./words.js";

export function sentenceLength(): TextScore {
  return made({
    name: "sentence-length",
    options: {},
    easy: "low",
    ofText: (text) => wordsOf(text).length / sentencesOf(text).length,
  });
}
