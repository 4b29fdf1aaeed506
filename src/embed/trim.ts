/**
 * A model for a trimmed tokenizer: the rows of the tokens that stay, gathered by id, in the input table and in an untied
 * head; every other weight is the same array (Ushio et al. 2023, "vocabulary trimming"). The logits of tokens that stay are
 * the same bits, for texts made of them; their probabilities rise, for fewer tokens share the sum.
 */
import { tablesOf } from "../architecture/index.js";
import { meanOf } from "./mean.js";
import { assemble, headBias, tableOf } from "./tables.js";
import type { Shared } from "./types.js";
import type { LanguageModel, Tokenizer } from "../types.js";

export interface TrimOptions {
  base: LanguageModel;
  /** What `vocab.trim` gave for the base's tokenizer: for each new id the old one. */
  trimmed: { tokenizer: Tokenizer; oldIds: ArrayLike<number> };
  /** The number of rows becomes a multiple of this; padding is the mean of the rows. Defaults to 1. */
  padTo?: number;
}

export interface TrimmedModel extends LanguageModel {
  report: {
    /** Parameters of the tables (a tied one counted once) and of the model. */
    before: { embedding: number; total: number };
    after: { embedding: number; total: number };
  };
}

export function trim({ base, trimmed, padTo = 1 }: TrimOptions): TrimmedModel {
  const { shared, rows } = trimPlan({ base: base.tokenizer, ...trimmed, padTo });
  const { tokenizer } = trimmed;
  const { embedding, head } = tablesOf(base.config);
  const names = head === undefined ? [embedding] : [embedding, head];
  const weights = { ...base.weights, ...headBias(base, shared, rows) };
  for (const name of names) {
    const mean = meanOf(tableOf("trim", base, name), shared.base);
    weights[name] = assemble(base.weights[name]!, shared, mean, rows);
  }
  const model = { config: { ...base.config, vocabSize: rows }, weights, tokenizer, origin: base.origin };
  return { ...model, report: { before: sizeOf(base, names), after: sizeOf(model, names) } };
}

export interface TrimPlanOptions {
  base: Tokenizer;
  tokenizer: Tokenizer;
  oldIds: ArrayLike<number>;
  padTo: number;
}

/** Which rows stay and where, and how many rows there are then. */
export function trimPlan({ base, tokenizer, oldIds, padTo }: TrimPlanOptions): { shared: Shared; rows: number } {
  if (!(Number.isInteger(padTo) && padTo > 0))
    throw new RangeError(`trim: invalid padTo: ${padTo} (an integer from 1)`);
  if (!(oldIds.length === tokenizer.size))
    throw new Error(`trim: invalid oldIds: ${oldIds.length} for a tokenizer of ${tokenizer.size}`);
  for (let id = 0; id < oldIds.length; id++)
    if (tokenizer.tokenOf(id) !== base.tokenOf(oldIds[id]!))
      throw new Error(
        `trim: invalid oldIds: ${JSON.stringify(tokenizer.tokenOf(id))} would get the row of ${JSON.stringify(base.tokenOf(oldIds[id]!))} (trim the base's own tokenizer)`,
      );
  const shared = { base: Int32Array.from(oldIds), target: Int32Array.from(oldIds, (_, id) => id) };
  return { shared, rows: Math.ceil(tokenizer.size / padTo) * padTo };
}

function sizeOf({ weights }: LanguageModel, names: string[]): { embedding: number; total: number } {
  const count = (wanted: string[]): number => wanted.reduce((sum, name) => sum + weights[name]!.data.length, 0);
  return { embedding: count(names), total: count(Object.keys(weights)) };
}
