/** The row of a question: what its fits are made of and what else it needs, by the names of its options. */
import type { Solved } from "./answers.js";

/**
 * What fits are made of:
 * - "one": `{ fit, bootstrap }`, a law fitted to a loss;
 * - "general": `{ general, domain? }`, the general loss against the general share, the domain's loss against the rest;
 * - "tokens": `{ domain, general }`, the token laws of two losses at one share;
 * - "shares": `{ candidates }`, those at each share of the domain;
 * - "losses": `{ losses }`, a mixing law over all domains for each loss;
 * - "domains": `{ domains }`, a law of its own share for each domain's loss;
 * - "rows": `{ domains, mixtures, losses, rng }`, no law at all.
 */
export type FitsOf = "one" | "general" | "tokens" | "shares" | "losses" | "domains" | "rows";

export interface Asked {
  unit: string;
  summary: string;
  /** Left out: must be given. A word where a word is asked. */
  default?: number | string;
}

export interface Question {
  name: string;
  summary: string;
  reference: string;
  fits: FitsOf;
  /** Laws whose fits it takes, the usual one first; empty: any with the inputs it needs. */
  laws: readonly string[];
  asks: Readonly<Record<string, Asked>>;
  /** Asks: the fits and what else is asked, in one object. */
  solve(options: object): Solved;
}
