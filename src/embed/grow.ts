/**
 * A model for a wider tokenizer: the same weights with rows for the new tokens. Old tokens keep their ids, and their rows
 * bit for bit. Not for a tokenizer that numbers its tokens otherwise: that is `replace`.
 */
import { rewrite, type ChangeOptions } from "./tables.js";
import type { Grown, Shared } from "./types.js";
import type { Tokenizer } from "../types.js";

/** `tokenizer` has every token of the base's at the same id, and more; other tokens only at the ids of `rows`. The table never loses rows. */
export interface GrowOptions extends ChangeOptions {
  /** Old ids to write afresh, e.g. of reserved tokens, or of rare ones that gave their ids to new tokens. Defaults to none. */
  rows?: readonly number[];
}

export async function grow(options: GrowOptions): Promise<Grown> {
  const { base, tokenizer, rows = [] } = options;
  const plan = growPlan({ base: base.tokenizer, tokenizer, rows });
  return rewrite({ caller: "grow", options, ...plan, rows: base.config.vocabSize });
}

export interface GrowPlanOptions {
  base: Tokenizer;
  tokenizer: Tokenizer;
  /** As in `grow`. */
  rows?: readonly number[];
}

/** Which ids keep their rows and which get new ones; a token that moved or left, outside `rows`, is an error. */
export function growPlan({ base, tokenizer, rows: afresh = [] }: GrowPlanOptions): {
  shared: Shared;
  newIds: Int32Array;
} {
  const rows = new Set(afresh);
  const kept: number[] = [];
  const newIds: number[] = [];
  for (const id of rows)
    if (tokenizer.tokenOf(id) === undefined)
      throw new RangeError(`grow: invalid rows: ${id} (the tokenizer has no token of this id)`);
  for (let id = 0; id < Math.max(base.size, tokenizer.size); id++) {
    const token = base.tokenOf(id);
    if (rows.has(id)) newIds.push(id);
    else if (token !== undefined) {
      if (tokenizer.tokenOf(id) !== token) {
        const now = tokenizer.idOf(token);
        throw new Error(
          `grow: invalid tokenizer: ${JSON.stringify(token)} has id ${id} in the base and ${now ?? "none"} here (extend the base's own tokenizer)`,
        );
      }
      kept.push(id);
    } else if (tokenizer.tokenOf(id) !== undefined) newIds.push(id);
  }
  const ids = Int32Array.from(kept);
  return { shared: { base: ids, target: ids }, newIds: Int32Array.from(newIds) };
}
