/**
 * Which stretches of `length` units (words, characters) have stood before, in an earlier document or earlier in this one: by a
 * polynomial hash that rolls along, Karp & Rabin 1987, https://doi.org/10.1147/rd.312.0249, twice, modulo two primes of 30 bits.
 */
import type { Log } from "../logs/log.js";
import { keySet } from "./key-set.js";

export interface WindowsSeen {
  /** Of each unit of the next document whether it lies in a stretch that stood before; `units` are whole numbers below 2³². */
  repeated(units: Uint32Array): Uint8Array;
}

const lanes = [
  { prime: 1073741789, base: 716934413 },
  { prime: 1073741783, base: 489102947 },
];

/** 8 bytes of each unit are kept, in a set that takes up to 27. */
export function windowsSeen(length: number, log?: Log): WindowsSeen {
  const seen = keySet(2, log);
  const rolls = lanes.map((lane) => rolling(length, lane));
  const key = new Int32Array(2);
  return {
    repeated(units) {
      const marks = new Uint8Array(units.length);
      const windows = units.length - length + 1;
      if (windows < 1) return marks;
      const hashes = rolls.map((roll) => roll(units));
      const keyOf = (window: number): Int32Array => {
        key[0] = hashes[0]![window]!;
        key[1] = hashes[1]![window]!;
        return key;
      };
      // A stretch is remembered once what follows it begins: one that runs into itself is the first copy still.
      for (let window = 0; window < windows; window++) {
        if (window >= length) seen.add(keyOf(window - length));
        if (seen.has(keyOf(window))) marks.fill(1, window, window + length);
      }
      for (let window = Math.max(0, windows - length); window < windows; window++) seen.add(keyOf(window));
      return marks;
    },
  };
}

/** The hash of each stretch of a document. */
function rolling(length: number, { prime, base }: { prime: number; base: number }): (units: Uint32Array) => Int32Array {
  const inverse = 1 / prime;
  const times = (a: number, b: number): number => {
    // The quotient is right to one, so the remainder of 32 bits is within a prime of it.
    const rest = (Math.imul(a, b) - Math.imul(Math.floor(a * b * inverse), prime)) | 0;
    return rest < 0 ? rest + prime : rest >= prime ? rest - prime : rest;
  };
  let power = 1;
  for (let i = 1; i < length; i++) power = times(power, base);
  return (units) => {
    const hashes = new Int32Array(units.length - length + 1);
    let hash = 0;
    for (let i = 0; i < units.length; i++) {
      if (i >= length) hash = (hash + prime - times(units[i - length]! % prime, power)) % prime;
      hash = (times(hash, base) + (units[i]! % prime)) % prime;
      if (i >= length - 1) hashes[i - length + 1] = hash;
    }
    return hashes;
  };
}
