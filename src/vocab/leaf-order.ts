/**
 * Leaves first: a token may go once no token that is left is made from it, so what stays can always be reached, and what
 * used the token falls apart into its two parts, which inherit its count (Purason et al. 2025, §3, "leaf-based pruning").
 */
import { KeyHeap } from "./apply-merges.js";
import type { Splits } from "./splits.js";

export interface LeafOrder {
  splits: Splits;
  /** Ids that may go, of which those that nothing is made from go first. */
  candidates: readonly number[];
  /** Occurrences by id: the rarest leaf goes first, among equals the largest id. */
  counts: Float64Array;
}

/** An id is below this, so that (count, id) is one exact double. */
const ids = 2 ** 24;

export function leafOrder({ splits: { left, right }, candidates, counts }: LeafOrder): number[] {
  const removable = new Set(candidates);
  const uses = new Int32Array(left.length);
  for (let id = 0; id < left.length; id++) {
    if (left[id]! < 0) continue;
    uses[left[id]!]!++;
    uses[right[id]!]!++;
  }
  const sums = Float64Array.from(counts);
  const heap = new KeyHeap();
  const offer = (id: number): void => {
    if (removable.has(id) && uses[id] === 0) heap.push(sums[id]! * ids + (ids - 1 - id));
  };
  for (const id of candidates) offer(id);
  const order: number[] = [];
  while (heap.size > 0) {
    const id = ids - 1 - (heap.pop() % ids);
    order.push(id);
    if (left[id]! < 0) continue;
    const parts = [left[id]!, right[id]!];
    for (const part of parts) {
      sums[part]! += sums[id]!;
      uses[part]!--;
    }
    for (const part of new Set(parts)) offer(part);
  }
  return order;
}
