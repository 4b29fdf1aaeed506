/** Texts as counts that can be compared: of tokens, of scripts, of runs of characters. How alike two are is `overlap`'s. */
import { scriptOf } from "../../vocab/index.js";

/** How often each thing occurs. */
export type Counts<Key = number | string> = ReadonlyMap<Key, number>;

/** Of ids of a tokenizer, or of anything. */
export function countsOf<Key extends number | string>(things: Iterable<Key>): Map<Key, number> {
  const counts = new Map<Key, number>();
  for (const thing of things) counts.set(thing, (counts.get(thing) ?? 0) + 1);
  return counts;
}

/** Letters by their script (Unicode's property), e.g. "Latin"; what scripts share, such as digits and punctuation, is left out. */
export function scriptsOf(texts: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts)
    for (const [letter, count] of countsOf(text)) {
      const script = scriptOf(letter.codePointAt(0)!);
      if (!["Common", "Inherited", "Unknown"].includes(script)) counts.set(script, (counts.get(script) ?? 0) + count);
    }
  return counts;
}

export interface GramsOptions {
  texts: Iterable<string>;
  /** Code points of a run; defaults to 3. */
  n?: number;
}

/** Runs of `n` characters, lower case, blanks as one; a word is begun and ended by a blank. */
export function gramsOf({ texts, n = 3 }: GramsOptions): Map<string, number> {
  if (!(Number.isInteger(n) && n >= 1)) throw new Error(`gramsOf: invalid n: ${n} (a whole number from 1)`);
  const counts = new Map<string, number>();
  for (const text of texts) {
    const letters = [...` ${text.toLowerCase().trim().replace(/\s+/gu, " ")} `];
    for (let i = 0; i + n <= letters.length; i++) {
      const gram = letters.slice(i, i + n).join("");
      counts.set(gram, (counts.get(gram) ?? 0) + 1);
    }
  }
  return counts;
}
