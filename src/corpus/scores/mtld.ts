/**
 * The measure of textual lexical diversity: how many words run on, on average, before the share of different ones among them
 * falls below 0.72. Counted forwards and backwards, and the two averaged; low is few words said often.
 */
import { made } from "../../registry.js";
import type { TextScore } from "./types.js";
import { wordsOf } from "./words.js";

const threshold = 0.72;

export function mtld(): TextScore {
  return made({
    name: "mtld",
    options: {},
    easy: "low",
    ofText(text) {
      const words = wordsOf(text);
      return (oneWay(words) + oneWay([...words].reverse())) / 2;
    },
  });
}

/** Infinite where no word comes twice, NaN where there is none. */
function oneWay(words: readonly string[]): number {
  let [runs, length] = [0, 0];
  const seen = new Set<string>();
  for (const word of words) {
    length++;
    seen.add(word);
    if (seen.size / length < threshold) {
      runs++;
      length = 0;
      seen.clear();
    }
  }
  if (length > 0) runs += (1 - seen.size / length) / (1 - threshold);
  return words.length / runs;
}
