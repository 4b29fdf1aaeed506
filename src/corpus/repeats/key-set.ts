/** A set of keys of so many 32-bit numbers, which are hashes already. Takes up to 3.4 times their bytes, and half of that again while it grows. */
import { appendNumbers, type Log, noLog, records } from "../logs/log.js";

export interface KeySet {
  has(key: ArrayLike<number>): boolean;
  /** Whether it was new. */
  add(key: ArrayLike<number>): boolean;
}

/** Keys are added to the log too, and those that it holds are there at once. */
export function keySet(width: number, log: Log = noLog): KeySet {
  let slots = 1 << 10;
  let keys = new Int32Array(width * slots);
  let taken = new Uint8Array(slots);
  let size = 0;
  /** The key's slot, or the empty one where it would stand. */
  const find = (key: ArrayLike<number>): number => {
    let slot = key[0]! & (slots - 1);
    while (taken[slot] === 1 && !same(key, slot)) slot = (slot + 1) & (slots - 1);
    return slot;
  };
  const same = (key: ArrayLike<number>, slot: number): boolean => {
    for (let i = 0; i < width; i++) if (keys[slot * width + i] !== (key[i]! | 0)) return false;
    return true;
  };
  const put = (key: ArrayLike<number>): boolean => {
    if (3 * size > 2 * slots) grow();
    const slot = find(key);
    if (taken[slot] === 1) return false;
    for (let i = 0; i < width; i++) keys[slot * width + i] = key[i]!;
    taken[slot] = 1;
    size++;
    return true;
  };
  const grow = (): void => {
    const [old, full] = [keys, taken];
    slots *= 2;
    keys = new Int32Array(width * slots);
    taken = new Uint8Array(slots);
    size = 0;
    full.forEach((is, slot) => is === 1 && put(old.subarray(slot * width, (slot + 1) * width)));
  };
  for (const key of records(log, width)) put(key);
  const add = (key: ArrayLike<number>): boolean => {
    const isNew = put(key);
    if (isNew) appendNumbers(log, Int32Array.from(key));
    return isNew;
  };
  return { add, has: (key) => taken[find(key)] === 1 };
}
