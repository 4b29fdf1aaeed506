/** A domain's stream that says of every window where in its text it stands: where the stream does not, by what it read for it. */
import type { Segment, Shard, Stream } from "../../corpus/index.js";

export function placed(shard: Shard, open: (shard: Shard) => Stream): Stream {
  let read: Segment[] = [];
  const stream = open({
    ...shard,
    read(start, length) {
      read.push({ at: 0, start, length });
      return shard.read(start, length);
    },
  });
  return {
    next(step) {
      read = [];
      return stream.next(step);
    },
    get segments() {
      return stream.segments ?? (read.length === 1 ? read : undefined);
    },
    get epochs() {
      return stream.epochs;
    },
    get state() {
      return stream.state;
    },
  };
}
