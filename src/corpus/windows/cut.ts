/**
 * A text cut into windows at fixed places: window i is the `context + 1` tokens from i · (context + 1) on, in every pass. So a
 * window has a number, and can have a score. Tokens at the end that do not fill a window are never read (`windows.ts`
 * shifts its cutting instead).
 */
import type { Shard } from "../shards/shard.js";
import { windowsIn } from "./windows.js";

export interface Cut {
  /** How many windows there are, at least one. */
  readonly count: number;
  /** Tokens of window i, from 0. */
  read(i: number): Int32Array;
}

export function cut({ shard, context }: { shard: Shard; context: number }): Cut {
  const size = context + 1;
  return { count: windowsIn(shard, context), read: (i) => shard.read(i * size, size) };
}
