/** A stream of windows that are made of segments, each window once a pass in an order of its own; padded with the end of text. */
import { passes } from "./passes.js";
import type { OrderOptions, Segment, Stream } from "./types.js";

export function gathered(at: OrderOptions, windows: readonly (readonly Segment[])[]): Stream {
  const { shard, context } = at;
  const all = windows.map((_, i) => i);
  let segments: readonly Segment[] | undefined;
  const stream = passes(
    at,
    (chance) => chance.shuffle([...all]),
    (window) => {
      segments = windows[window]!;
      const tokens = new Int32Array(context + 1).fill(shard.endOfText);
      for (const { at, start, length } of segments) tokens.set(shard.read(start, length), at);
      return tokens;
    },
  );
  return {
    next: (step) => stream.next(step),
    get segments() {
      return segments;
    },
    get epochs() {
      return stream.epochs;
    },
    get state() {
      return stream.state;
    },
  };
}
