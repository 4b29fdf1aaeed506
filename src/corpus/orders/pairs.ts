/**
 * Two documents to a window: the first and the second of the text, the third and the fourth, and so on, each of them padded, or
 * cut at its end, to half of the window. What they are to each other is the objective's business. Every pair once an epoch, in
 * an order that the seed shuffles anew each time.
 */
import { made } from "../../registry.js";
import { gathered } from "./gathered.js";
import type { Order, Segment } from "./types.js";

/** A window of `context` + 1 tokens has two halves, so the context is odd. */
export function pairs(): Order {
  return made({
    name: "pairs",
    options: {},
    segmented: true,
    padded: true,
    open(at) {
      const { starts } = at.shard;
      const [half, documents] = [(at.context + 1) / 2, starts.length - 1];
      if (!Number.isInteger(half))
        throw new Error(
          `pairs: invalid context: ${at.context} (odd, so that its ${at.context + 1} tokens are two halves)`,
        );
      if (documents % 2 !== 0) throw new Error(`pairs: invalid text: ${documents} documents (two for each pair)`);
      const segment = (document: number, place: number): Segment => {
        const [start, end] = [starts[document]!, starts[document + 1]!];
        return { at: place, start, length: Math.min(half, end - start) };
      };
      const all = Array.from({ length: documents / 2 }, (_, i) => [segment(2 * i, 0), segment(2 * i + 1, half)]);
      return gathered(at, all);
    },
  });
}
