/** The hashes of a text's word n-grams, which say what is in it whatever its order of sentences. */
import { createHash } from "node:crypto";
import { type Halves, halvesOf } from "./permutations.js";

export const shingleHashes = ["xxhash64", "sha1"] as const;

export type ShingleHash = (typeof shingleHashes)[number];

/** 64 bits of the UTF-8 of a text. */
export type Hash = (text: string) => bigint;

/** The first eight bytes of a SHA-1, little end first, or xxHash64 with seed 0, as datatrove's `utils/hashing.py`. */
export async function hashOf(name: ShingleHash): Promise<Hash> {
  if (name === "sha1") return (text) => createHash("sha1").update(text).digest().readBigUInt64LE(0);
  const { default: xxhash } = await import("xxhash-wasm");
  const { h64 } = await xxhash();
  return (text) => h64(text);
}

export interface Shingles {
  /** Those of the last text that was given; the first `count` count. */
  values: Halves;
  /** How many `words` in a row there are; none of fewer words. */
  of(words: readonly string[]): number;
}

/** `length` words to a shingle, with a space between them. */
export function shingles({ length, hash }: { length: number; hash: Hash }): Shingles {
  const whole = new BigUint64Array(1);
  const halves = new Int32Array(whole.buffer);
  const self: Shingles = {
    values: halvesOf(1024),
    of(words) {
      const count = Math.max(0, words.length - length + 1);
      if (count > self.values.low.length) self.values = halvesOf(2 * count);
      const { high, low } = self.values;
      const joined = words.join(" ");
      let from = 0;
      let to = length - 1;
      for (let i = 0; i < length && count > 0; i++) to += words[i]!.length;
      for (let i = 0; i < count; i++) {
        whole[0] = hash(joined.slice(from, to));
        low[i] = halves[0]!;
        high[i] = halves[1]!;
        from += words[i]!.length + 1;
        to += (words[i + length]?.length ?? 0) + 1;
      }
      return count;
    },
  };
  return self;
}
