/**
 * How an objective makes windows of those that are drawn, where it is the next token of windows and no more: what is read, what
 * each prediction counts for, what is seen. Objectives that say so are made by `objectives/windowed.ts`, and can share a batch
 * (`objectives/mixed.ts`).
 */
import type { Rng } from "../../rng.js";
import type { Tokenizer } from "../../types.js";

/** What is known of a drawn token besides its id. */
export type Reads = readonly ("weights" | "documents")[];

/** One window as it was drawn. */
export interface Drawn {
  /** `context` + 1 ids. */
  tokens: Int32Array;
  /** What each of the `context` predicted tokens counts for, where that is read. */
  weights?: Float32Array;
  /** The number of each token's document, from 0, -1 in padding, where that is read. */
  documents?: Int32Array;
  domain: string;
  /** Tokens predicted. */
  context: number;
  tokenizer: Tokenizer;
  /** Of this window alone. */
  rng: Rng;
  /** Share of the run's updates that are done. */
  progress: number;
}

type Numbers = ArrayLike<number> & Iterable<number>;

/** What is fed of it. */
export interface Window {
  /** `context` + 1 ids. */
  tokens: Numbers;
  /** Of each of the `context` predictions; 0 where nothing is learned. */
  weights: Numbers;
  /** Of each of the `context` places that are read: its document, and where in it it stands. */
  documents?: Numbers;
  positions?: Numbers;
  /** Places that see each other from both sides; defaults to 0. */
  prefix?: number;
}

export interface Windows {
  /** Defaults to nothing. */
  readonly reads?: Reads;
  /** What its windows may give besides tokens and weights; defaults to nothing. */
  readonly sees?: readonly ("documents" | "positions" | "prefix")[];
  of(drawn: Drawn): Window;
}
