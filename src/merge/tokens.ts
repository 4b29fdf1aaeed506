/**
 * Which rows of several models' tables are of one token: by its name, and where only another kind of tokenizer has it, by the
 * bytes that it stands for. The rows may be in another order in each.
 */
import { canonicalKey, specialIds } from "../embed/index.js";
import type { Tokenizer } from "../types.js";

/** For each id of `tokenizer` that of the same token in `other`; -1 where it has none. */
export function sameTokens(tokenizer: Tokenizer, other: Tokenizer): Int32Array {
  const ids = new Int32Array(tokenizer.size).fill(-1);
  if (tokenizer === other) return ids.map((_, id) => (tokenizer.tokenOf(id) === undefined ? -1 : id));
  const missing: number[] = [];
  for (let id = 0; id < ids.length; id++) {
    const token = tokenizer.tokenOf(id);
    if (token === undefined) continue;
    ids[id] = other.idOf(token) ?? -1;
    if (ids[id] === -1) missing.push(id);
  }
  if (missing.length === 0) return ids;
  const byBytes = new Map<string, number>();
  const marks = specialIds(other);
  for (let id = 0; id < other.size; id++) {
    const token = other.tokenOf(id);
    if (token !== undefined && tokenizer.idOf(token) === undefined && !marks.has(id))
      byBytes.set(canonicalKey(other, id), id);
  }
  const own = specialIds(tokenizer);
  if (byBytes.size > 0)
    for (const id of missing) if (!own.has(id)) ids[id] = byBytes.get(canonicalKey(tokenizer, id)) ?? -1;
  return ids;
}

/** The first token of `other` that `tokenizer` lacks, and how many it lacks. */
export function lacking(tokenizer: Tokenizer, other: Tokenizer): { first?: string; count: number } {
  const ids = sameTokens(other, tokenizer);
  let count = 0;
  let first: string | undefined;
  ids.forEach((id, own) => {
    const token = other.tokenOf(own);
    if (id >= 0 || token === undefined) return;
    count++;
    first ??= token;
  });
  return { count, ...(first !== undefined && { first }) };
}

/** The first of the models whose tokenizer has every token of all others. Throws one line where none has. */
export function widest<Model extends { name: string; tokenizer: Tokenizer }>(
  caller: string,
  models: readonly Model[],
  fix: string,
): Model {
  let line = "";
  for (const model of models) {
    const other = models.find(({ tokenizer }) => lacking(model.tokenizer, tokenizer).count > 0);
    if (!other) return model;
    line ||= `${model.name} lacks ${JSON.stringify(lacking(model.tokenizer, other.tokenizer).first)} of ${other.name}, and no other has all tokens`;
  }
  throw new Error(`${caller}: invalid models: ${line} (${fix})`);
}
