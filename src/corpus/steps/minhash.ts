/** Documents that are like an earlier one go: near-duplicates by MinHash, as datatrove finds them. */
import { made } from "../../registry.js";
import { type Hash, type HashName, hashOf } from "../repeats/hashes.js";
import { type Near, near } from "../repeats/near.js";
import { type NormalForm, usualForms } from "../repeats/normal.js";
import { type LanguageOptions, ruleOf, splitterOf } from "./rules/words.js";
import type { Step } from "./types.js";

export interface MinhashOptions extends LanguageOptions {
  /** Words in a row that count as one; a document of fewer is like no other. Default 5. */
  n?: number;
  /** Default 14. */
  buckets?: number;
  /** Hash functions of each bucket; default 8. */
  hashes?: number;
  /** Default 1. */
  seed?: number;
  /** Of words in a row; default xxhash64. */
  hash?: HashName;
  /** What makes texts alike before they are compared; default lowercase, numbers, punctuation, spaces, diacritics. */
  normal?: readonly NormalForm[];
  /** What stays of a cluster: its first document, or the one that datatrove's union by size ends at; default first. */
  keep?: "first" | "datatrove";
}

export function minhash({
  n = 5,
  buckets = 14,
  hashes = 8,
  seed = 1,
  hash = "xxhash64",
  normal = usualForms,
  keep = "first",
  language = "en",
  words = ruleOf(language),
}: MinhashOptions = {}): Step {
  let digest: Hash | undefined;
  return made({
    name: "minhash",
    options: { n, buckets, hashes, seed, hash, normal, keep, language, words },
    alone: false,
    ready: async () => void (digest ??= await hashOf(hash)),
    open() {
      if (!digest) throw new Error("minhash: not ready (await ready() before open())");
      const split = splitterOf({ language, words });
      let found: Near | undefined = near({ n, buckets, hashes, seed, hash: digest, normal, split, keep });
      let [kept, place]: [Uint32Array | undefined, number] = [undefined, 0];
      return {
        see: ({ text }) => found?.add(text),
        judge(document) {
          kept ??= found?.kept() ?? new Uint32Array();
          found = undefined;
          return kept[place] === place++ ? document : { dropped: "like another document" };
        },
      };
    },
  });
}
