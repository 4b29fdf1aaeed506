/** What an initialiser is given and gives back. */
import type { Rng } from "../rng.js";
import type { NdArray, Tokenizer } from "../types.js";

/** One table of a model that is growing. Input embeddings and an untied output head are initialised one after the other. */
export interface Growing {
  /** The old table, [rows, width]; only the rows of `oldIds` mean anything, the others are padding. */
  table: NdArray;
  /** Whether the table reads tokens (`input`, also when the head is tied to it) or writes them (`output`). */
  side: "input" | "output";
  /** Ids that the old tokenizer has, ascending. */
  oldIds: Int32Array;
  /** Ids that only the new tokenizer has, ascending. */
  newIds: Int32Array;
  base: Tokenizer;
  tokenizer: Tokenizer;
  /** The mean of the old rows, in double precision. */
  mean: Float64Array;
  /** A stream of its own for this table; throws when the caller gave no `rng`. */
  rng(): Rng;
}

/** Writes the row of each new id into `rows`, [newIds.length, width], which starts as zeros. */
export type Initialise = (growing: Growing, rows: Float32Array) => void;

export interface Initialiser {
  summary: string;
  reference: string;
  /** Whether every new row is a convex combination of old ones, so that no new token can outrank all old ones before training. */
  convex: boolean;
  initialise: Initialise;
}
