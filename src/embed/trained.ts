/**
 * Which rows of a table have learned anything. Padding has no token; reserved tokens have one that no text ever held
 * (Llama 3 keeps 250 of them), and a row of exact zeros was never touched. A mean that counts them describes nothing.
 */
import type { NdArray, Tokenizer } from "../types.js";

/** Names that checkpoints give to tokens for later use. */
const reserved = /^<.*(?:reserved|unused|extra_id|dummy|placeholder).*>$|^\[unused\d+\]$/i;

/** Ids of `tokenizer` with a trained row, ascending; `untrained` names more that have none. */
export function trainedIds(
  tokenizer: Tokenizer,
  { data, shape }: NdArray,
  untrained: ReadonlySet<number> = new Set(),
): Int32Array {
  const width = shape[1]!;
  const ids: number[] = [];
  for (let id = 0; id < tokenizer.size; id++) {
    const token = tokenizer.tokenOf(id);
    if (token === undefined || untrained.has(id) || reserved.test(token)) continue;
    if (data.subarray(id * width, (id + 1) * width).some((value) => value !== 0)) ids.push(id);
  }
  return Int32Array.from(ids);
}
