/**
 * FOCUS (Dobler & de Melo 2023, https://arxiv.org/abs/2305.14481): a new row is a mixture of the rows of shared tokens,
 * weighted by the sparsemax of their cosines in a space of token vectors that were trained on text of the new language.
 * No temperature and no fixed number of neighbours. A token without a vector is drawn per dimension, deviation over n - 1.
 */
import { need } from "./evidence.js";
import { gaussian } from "./gaussian.js";
import { rowsOf } from "./matmul.js";
import { mix } from "./mix.js";
import { sparsemax, type Sparse } from "./sparsemax.js";
import type { Growing, Initialise } from "./types.js";

export const focus: Initialise = (growing, rows) => mixAnchors("focus", growing, rows, sparsemax);

export const focusFallback: Initialise = (growing, rows) => gaussian(growing, rows, 1);

/** New rows from the rows of anchors: trained tokens of both vocabularies that have a vector. */
export async function mixAnchors(
  caller: string,
  growing: Growing,
  rows: Float32Array,
  weigh: (cosines: Float32Array) => Sparse,
  few?: number,
): Promise<void> {
  const { table, tokenizer, newIds, oldIds, shared, signal, miss } = growing;
  const vectors = need(caller, growing.evidence, "tokenVectors");
  const [count, dim] = [vectors.shape[0]!, vectors.shape[1]!];
  if (!(count === tokenizer.size && vectors.data.length === count * dim))
    throw new Error(`${caller}: invalid tokenVectors: [${vectors.shape}] (a row for each of ${tokenizer.size} ids)`);
  const trained = new Set(oldIds);
  const anchors = [...shared.base.keys()].filter((n) => trained.has(shared.base[n]!) && hasVector(shared.target[n]!));
  if (anchors.length === 0)
    throw new Error(
      `${caller}: invalid tokenVectors: no shared token has one (train them on text of both vocabularies)`,
    );
  await mix({
    queries: rowsOf(vectors, newIds),
    keys: rowsOf(
      vectors,
      anchors.map((n) => shared.target[n]!),
    ),
    value: (key) => table.row(shared.base[anchors[key]!]!),
    width: table.shape[1]!,
    rows,
    weigh,
    few,
    miss: (n) => miss(n, "no token vector"),
    numerics: growing,
    signal,
  });

  function hasVector(id: number): boolean {
    return vectors.data.subarray(id * dim, (id + 1) * dim).some((value) => value !== 0);
  }
}
