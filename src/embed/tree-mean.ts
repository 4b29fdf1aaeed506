/**
 * A new row is the mean of the rows of the two tokens that its merge joins, and so on down to old tokens (Yamaguchi et al.
 * 2024, arXiv 2406.11477): ((a, b), c) weighs c by a half and a and b by a quarter, where the mean of pieces weighs all by
 * a third. A token of several merges is the mean over them. Each table uses its own rows all the way down.
 */
import { partsOf, type MergeJson } from "../vocab/format.js";
import { combine } from "./combine.js";
import type { Growing } from "./types.js";

/** Weights by old id. */
type Weights = ReadonlyMap<number, number>;

export function treeMean({ table, newIds, tokenizer, shared, miss }: Growing, rows: Float32Array): void {
  const weightsOf = tree(mergesInto(tokenizer.json as Merging), tokenizer, shared);
  newIds.forEach((id, n) => {
    const weights = weightsOf(id);
    if (weights) combine(table, { ids: [...weights.keys()], weights: [...weights.values()] }, rows, n);
    else miss(n, "no merges lead to it from old tokens");
  });
}

type Pairs = ReadonlyMap<string, [string, string][]>;
/** A tokenizer.json, whose model has no merges unless it is BPE. */
type Merging = { model: { merges?: MergeJson[] } };

function mergesInto({ model }: Merging): Pairs {
  const merges = new Map<string, [string, string][]>();
  for (const merge of model.merges ?? []) {
    const parts = partsOf(merge);
    const token = parts[0] + parts[1];
    const known = merges.get(token);
    if (known) known.push(parts);
    else merges.set(token, [parts]);
  }
  return merges;
}

/** The weights of a token's old ancestors, or undefined where it has none. A merge makes a longer token, so this ends. */
export function tree(
  merges: Pairs,
  tokenizer: Growing["tokenizer"],
  shared: Growing["shared"],
): (id: number) => Weights | undefined {
  const known = new Map<number, Weights | undefined>();
  shared.target.forEach((id, n) => known.set(id, new Map([[shared.base[n]!, 1]])));
  const weightsOf = (id: number): Weights | undefined => {
    if (known.has(id)) return known.get(id);
    const joined = (merges.get(tokenizer.tokenOf(id)!) ?? []).flatMap((parts) => {
      const [left, right] = parts.map((part) => weightsOf(tokenizer.idOf(part)!));
      return left && right ? [[left, right]] : [];
    });
    const weights = new Map<number, number>();
    for (const halves of joined)
      for (const half of halves)
        for (const [old, weight] of half) weights.set(old, (weights.get(old) ?? 0) + weight / (2 * joined.length));
    known.set(id, joined.length > 0 ? weights : undefined);
    return known.get(id);
  };
  return weightsOf;
}
