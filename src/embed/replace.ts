/**
 * A model for another vocabulary: rows of tokens that both have are copied to their new ids, special tokens by name, and
 * every other row is made by the initialiser; the old table is gone (Dobler & de Melo 2023, §3). Not for a tokenizer that
 * extends the base's own: `grow` keeps ids, and refuses what is no extension.
 */
import { overlap } from "./canonical.js";
import { rewrite, type ChangeOptions } from "./tables.js";
import type { Grown } from "./types.js";

export interface ReplaceOptions extends ChangeOptions {
  /** The base's name of a special token that is called otherwise here, e.g. `{ "<s>": "<|begin_of_text|>" }`. Defaults to equal names. */
  specials?: Record<string, string>;
  /** Whose rows are copied: those of all tokens that both have, or (as WECHSEL does) only of special ones. Defaults to "all". */
  copy?: "all" | "specials";
}

export async function replace(options: ReplaceOptions): Promise<Grown> {
  const { base, tokenizer, specials = {}, copy = "all" } = options;
  if (!(copy === "all" || copy === "specials"))
    throw new Error(`replace: invalid copy: ${JSON.stringify(copy)} ("all" or "specials")`);
  const shared = overlap({ base: base.tokenizer, tokenizer, specials, of: copy });
  const copied = new Set(shared.target);
  const newIds: number[] = [];
  for (let id = 0; id < tokenizer.size; id++)
    if (tokenizer.tokenOf(id) !== undefined && !copied.has(id)) newIds.push(id);
  return rewrite({ caller: "replace", options, shared, newIds: Int32Array.from(newIds), rows: tokenizer.size });
}
