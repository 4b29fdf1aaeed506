/**
 * Whole documents, packed: from the longest to the shortest each goes into the window with the least room that it fits in, or
 * into a new one (best-fit decreasing). What is longer than a window is cut at its end, or split. Every document once an epoch;
 * windows come in an order that the seed shuffles anew each time.
 */
import { made } from "../../registry.js";
import { gathered } from "./gathered.js";
import type { Order, Segment } from "./types.js";

export interface PackedOptions {
  /** Splits documents that are longer than a window, so that nothing of them is lost; defaults to false. */
  split?: boolean;
}

export function packed({ split = false }: PackedOptions = {}): Order {
  return made({
    name: "packed",
    options: { split },
    segmented: true,
    padded: true,
    open(at) {
      const { starts } = at.shard;
      const size = at.context + 1;
      const pieces: { start: number; length: number }[] = [];
      for (let d = 0; d < starts.length - 1; d++)
        for (let start = starts[d]!; start < starts[d + 1]!; start += size) {
          pieces.push({ start, length: Math.min(size, starts[d + 1]! - start) });
          if (!split) break;
        }
      const windows = bestFit(
        pieces.map(({ length }) => length),
        size,
      ).map((bin) => {
        let next = 0;
        return bin.map((i): Segment => {
          const place = next;
          next += pieces[i]!.length;
          return { at: place, ...pieces[i]! };
        });
      });
      return gathered(at, windows);
    },
  });
}

/** Indices of things of these lengths, by bin of so much room; none is longer than that. Equal lengths in their order. */
export function bestFit(lengths: readonly number[], room: number): number[][] {
  const bins: number[][] = [];
  /** Bins by the room that is left in them. */
  const left = Array.from({ length: room + 1 }, (): number[][] => []);
  const longest = [...lengths.keys()].sort((a, b) => lengths[b]! - lengths[a]! || a - b);
  for (const i of longest) {
    let found = lengths[i]!;
    while (found < room && left[found]!.length === 0) found++;
    const bin = left[found]!.pop() ?? [];
    if (bin.length === 0) bins.push(bin);
    bin.push(i);
    left[found - lengths[i]!]!.push(bin);
  }
  return bins;
}
