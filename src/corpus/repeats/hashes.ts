/** Hashes of texts, 64 bits of their UTF-8, as datatrove's `utils/hashing.py` has them. */
import { createHash } from "node:crypto";

export const hashNames = ["xxhash64", "sha1"] as const;

export type HashName = (typeof hashNames)[number];

/** The lower 32 bits go to `into[0]` and the upper ones to `into[1]`. */
export type Hash = (text: string, into: Int32Array) => void;

/** xxHash64 with seed 0, or the first eight bytes of a SHA-1, little end first. */
export async function hashOf(name: HashName): Promise<Hash> {
  if (name === "sha1")
    return (text, into) => {
      const sum = createHash("sha1").update(text).digest();
      into[0] = sum.readInt32LE(0);
      into[1] = sum.readInt32LE(4);
    };
  const { default: xxhash } = await import("xxhash-wasm");
  const { h64 } = await xxhash();
  const whole = new BigUint64Array(1);
  const halves = new Int32Array(whole.buffer);
  return (text, into) => {
    whole[0] = h64(text);
    into.set(halves);
  };
}
