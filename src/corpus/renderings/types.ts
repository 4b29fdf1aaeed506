/**
 * What two documents that say the same become as text to train on. They are stored as they are and rendered late, so that runs on two
 * renderings differ in nothing else. Adding one: a file with the function, a row in `registry.ts`, a test.
 */
import type { Made } from "../../registry.js";
import type { Rng } from "../../rng.js";
import type { Mark } from "../../types.js";

/** A document in one language. */
export interface Side {
  language: string;
  text: string;
}

export interface Pair {
  /** The key that both documents have. */
  key: string;
  /** Which of their lines they are, where a pair is of lines. */
  line?: number;
  sides: readonly [Side, Side];
}

/** A document that was made of a pair. */
export interface Rendered {
  text: string;
  /** Where its tokens do not all count the same in a loss over answers; absent, all count. */
  marks?: Mark[];
  /** What it is another writing of. */
  original?: string;
  /** Stretches of it that are not as they were, in UTF-16 units. */
  replaced?: [from: number, to: number][];
}

export interface RenderAt {
  /** The pair's own. */
  rng: Rng;
  part: "train" | "heldOut";
  /** Adds to what is told of the whole text, such as "words replaced". */
  count(what: string, n?: number): void;
}

export type Render = (pair: Pair, at: RenderAt) => Rendered[];

export interface OpenAt {
  languages: readonly [string, string];
  /** Where fetched dictionaries are kept. */
  cacheDir?: string;
  signal?: AbortSignal;
}

export interface Rendering extends Made {
  /** A pair's two documents stay two, for the order `pairs`. */
  readonly pairs?: true;
  /** Reads what it needs, once for all pairs of two languages. */
  open(at: OpenAt): Render | Promise<Render>;
}

/** Which of the two comes first, or is translated into the other: the first into the second, the second into the first, or as drawn for each pair. */
export type Direction = "forward" | "backward" | "drawn";
export const directions = ["forward", "backward", "drawn"] as const satisfies Direction[];

export function directed({ sides: [one, other] }: Pair, direction: Direction, rng: Rng): [Side, Side] {
  const turned = direction === "drawn" ? rng.fork("direction").int(2) === 1 : direction === "backward";
  return turned ? [other, one] : [one, other];
}

export function checkDirection(caller: string, direction: Direction): void {
  if (!directions.includes(direction))
    throw new Error(`${caller}: invalid direction: ${String(direction)} (one of ${directions.join(", ")})`);
}
