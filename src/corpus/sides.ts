/**
 * On which side of the split each document of a stream falls, in some 20 bytes a document: where `split.ts` puts it, which is by its
 * key and the seed alone, but where an earlier document of its language has the same text, with that one. What is familiar for
 * other reasons stays.
 */
import { createHash } from "node:crypto";
import { keySet } from "./repeats/key-set.js";
import { placeOf } from "./split.js";
import type { Document } from "./types.js";

export type Side = "train" | "heldOut";

/** Gives for each language what sees its documents in order. */
export function sidesOf({ heldOut, seed }: { heldOut: number; seed: number }): () => (document: Document) => Side {
  /** Of documents that went with another of the same text, for those of the same key in other languages. */
  const tied = new Map<string, Side>();
  return () => {
    const texts = { train: keySet(2), heldOut: keySet(2) };
    return ({ key, text }) => {
      const sum = createHash("sha256").update(text).digest();
      const hash = [sum.readInt32LE(0), sum.readInt32LE(4)];
      const own = tied.get(key) ?? (placeOf(key, seed, "split") < heldOut ? "heldOut" : "train");
      const side = texts.train.has(hash) ? "train" : texts.heldOut.has(hash) ? "heldOut" : own;
      texts[side].add(hash);
      if (side !== own) tied.set(key, side);
      return side;
    };
  };
}
