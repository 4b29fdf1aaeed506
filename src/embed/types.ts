/** What an initialiser is given and gives back. */
import type { Evidence } from "./evidence.js";
import type { Highest, MatMul } from "./matmul.js";
import type { Table } from "./table.js";
import type { Rng } from "../rng.js";
import type { LanguageModel, Tokenizer } from "../types.js";

/**
 * One table of a model whose vocabulary changes: it grows, or is replaced. Input embeddings and an untied output head are
 * initialised one after the other.
 */
export interface Growing {
  /** The base's table, [rows, width]; only the rows of `oldIds` have learned anything. */
  table: Table;
  /** Whether the table reads tokens (`input`, also when the head is tied to it) or writes them (`output`). */
  side: "input" | "output";
  tied: boolean;
  /** Ids of the base whose rows were trained, ascending: no padding, no reserved tokens. Statistics are over these. */
  oldIds: Int32Array;
  /** Ids of `tokenizer` whose rows are to be written, ascending. */
  newIds: Int32Array;
  /** Tokens of both tokenizers, whose rows are copied; pairs at the same place. The same ids where the vocabulary grows. */
  shared: Shared;
  base: Tokenizer;
  tokenizer: Tokenizer;
  /** The mean of the rows of `oldIds`, in double precision. */
  mean: Float64Array;
  /** What is known about the tokens besides their spelling; what `needs` names is there. */
  evidence: Evidence;
  /** Leaves row `n` of the new rows to the fallback, and counts the reason in the report. */
  miss(n: number, reason: string): void;
  /** A stream of its own for this table; throws when the caller gave no `rng`. */
  rng(): Rng;
  /** For large products: the caller's, or plain JavaScript. */
  matmul: MatMul;
  highest: Highest;
  signal: AbortSignal | undefined;
}

export interface Shared {
  base: Int32Array;
  target: Int32Array;
}

/** Writes the row of each new id into `rows`, [newIds.length, width], which starts as zeros. */
export type Initialise = (growing: Growing, rows: Float32Array) => void | Promise<void>;

export interface Initialiser {
  summary: string;
  reference: string;
  /**
   * Whether every row it writes is a convex combination of old ones, so that no new token can outrank all old ones before
   * training. Rows left to a fallback are as the fallback makes them.
   */
  convex: boolean;
  /** What it cannot do without. */
  needs?: readonly (keyof Evidence)[];
  /** How many times it holds all rows of the table as float32 at once. Defaults to 0: it reads rows as it needs them. */
  copies?: number;
  /** Writes the rows that were missed. Defaults to the mean, which also writes what the fallback misses. */
  fallback?: Initialise;
  /** The row of the registry that this one comes to where the head is tied to the embeddings, if it does. */
  tied?: string;
  initialise: Initialise;
}

/** What became of one table. */
export interface TableReport {
  table: string;
  /** Rows that the fallback wrote, by reason. */
  fallbacks: Record<string, number>;
}

export interface GrowReport {
  /** The initialiser's name; "custom" for one that is no row of the registry. */
  init: string;
  /** The initialiser that wrote the rows where the head is tied and the one of `init` comes to it. */
  tied?: string;
  /** Ids whose rows were written. */
  newIds: Int32Array;
  /** How many rows were copied. */
  copied: number;
  /** How many rows have no token. */
  padding: number;
  tables: TableReport[];
}

/** A model whose vocabulary has changed, and how its new rows came about. */
export interface Grown extends LanguageModel {
  report: GrowReport;
}
