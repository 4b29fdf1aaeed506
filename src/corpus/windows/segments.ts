/** What is known of the tokens of a window by where in the shard they stand: what each counts for, and whose they are. */
import { documentAt, type Shard } from "../shards/shard.js";
import type { Segment } from "../orders/types.js";

export interface InWindow {
  shard: Pick<Shard, "starts" | "weights">;
  segments: readonly Segment[];
  /** Tokens predicted; a window has one more. */
  context: number;
}

/** At each place what the token counts for that is predicted there: 0 in padding, and where it begins a segment, for nothing of that is known. */
export function weightsIn({ shard, segments, context }: InWindow): Float32Array {
  const weights = new Float32Array(context);
  for (const { at, start, length } of segments) weights.set(shard.weights(start + 1, length - 1), at);
  return weights;
}

/** Of each of `context` + 1 tokens the number of its document in the window, from 0; -1 in padding. */
export function documentsIn({ shard: { starts }, segments, context }: InWindow): Int32Array {
  const documents = new Int32Array(context + 1).fill(-1);
  let next = 0;
  for (const { at, start, length } of segments) {
    let document = documentAt({ starts }, start);
    for (let i = 0; i < length; i++) {
      if (start + i === starts[document + 1]) {
        document++;
        next++;
      }
      documents[at + i] = next;
    }
    next++;
  }
  return documents;
}
