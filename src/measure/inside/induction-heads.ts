/**
 * Heads that look for what came next when a token was read before, from attention maps (`train.attentionMaps`) of a text that repeats
 * itself: what a query gives to keys just after an earlier copy of its own token, a mean over the queries that have one (Olsson et
 * al. 2022, https://arxiv.org/abs/2209.11895). A perfect head has 1; not counted are queries that have nothing to copy.
 */
import type { NdArray } from "../../types.js";

export interface InductionHeadsOptions {
  /** Rows and columns of the maps. */
  tokens: readonly (string | number)[];
  /** Of `weights` [heads, time, time] each row is what one token attends to. */
  layers: readonly { layer: number; weights: NdArray }[];
}

export interface InductionHead {
  layer: number;
  /** From 0. */
  head: number;
  score: number;
  /** What a head has that attends to all it sees alike. */
  uniform: number;
}

/** The best first. */
export function inductionHeads({ tokens, layers }: InductionHeadsOptions): InductionHead[] {
  const time = tokens.length;
  const copied = tokens.map((token, query) =>
    Array.from({ length: query }, (_, i) => i + 1).filter((key) => tokens[key - 1] === token),
  );
  const queries = copied.flatMap((keys, query) => (keys.length > 0 ? [query] : []));
  if (queries.length === 0) throw new Error("inductionHeads: invalid tokens: none occurs twice");
  const mean = (of: (query: number) => number): number =>
    queries.reduce((sum, query) => sum + of(query), 0) / queries.length;
  const uniform = mean((query) => copied[query]!.length / (query + 1));
  const heads = layers.flatMap(({ layer, weights: { shape, data } }) => {
    if (!(shape[1] === time && shape[2] === time))
      throw new Error(`inductionHeads: invalid weights: ${shape.join(" x ")} (${time} tokens)`);
    return Array.from({ length: shape[0]! }, (_, head) => ({
      layer,
      head,
      score: mean((query) => copied[query]!.reduce((sum, key) => sum + data[(head * time + query) * time + key]!, 0)),
      uniform,
    }));
  });
  return heads.sort((a, b) => b.score - a.score);
}
