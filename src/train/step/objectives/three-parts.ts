/** A text in three parts, each encoded on its own, as it will be where somebody asks for a middle. */
import type { Rng } from "../../../rng.js";
import type { Tokenizer } from "../../../types.js";

export type Cut = "characters" | "tokens";

export interface Cutting {
  /** Between any two characters (Unicode's, and never within one), or between tokens. */
  cut: Cut;
  tokenizer: Tokenizer;
  rng: Rng;
}

type Parts = [prefix: number[], middle: number[], suffix: number[]];

/** Every pair of places is as likely; what cannot be encoded anew to the same text is cut between tokens. */
export function cutInThree(ids: Int32Array, { cut, tokenizer, rng }: Cutting): Parts {
  const draws = [rng.uniform(), rng.uniform()].sort((a, b) => a - b);
  const places = (count: number): [number, number] => draws.map((x) => Math.floor(x * (count + 1))) as [number, number];
  const between = <T>(items: T[]): [T[], T[], T[]] => {
    const [one, two] = places(items.length);
    return [items.slice(0, one), items.slice(one, two), items.slice(two)];
  };
  if (cut === "tokens") return between([...ids]);
  const { first, last } = wholeCharacters(ids, tokenizer);
  const inner = tokenizer.decode(ids.subarray(first, last));
  const parts = between([...inner]).map((characters) => characters.join(""));
  const encoded = parts.map((text) => (text === "" ? [] : tokenizer.encodeNow(text)));
  const same = encoded.every((part, i) => part && (part.length === 0 || tokenizer.decode(part) === parts[i]));
  if (!same) return between([...ids]);
  const [prefix, middle, suffix] = encoded as Parts;
  return [[...ids.subarray(0, first), ...prefix], middle, [...suffix, ...ids.subarray(last)]];
}

/** From which token on, and up to which, the text is whole characters: a window may begin or end within one. */
export function wholeCharacters(ids: Int32Array, { decode }: Tokenizer): { first: number; last: number } {
  let [first, last] = [0, ids.length];
  while (first < last && decode(ids.subarray(first, last)).startsWith("\ufffd")) first++;
  while (first < last && decode(ids.subarray(first, last)).endsWith("\ufffd")) last--;
  return { first, last };
}
