/** A domain's stream that says where in its text the window stands that it gave last, which is where it read last. */
import type { Shard, Stream } from "../../corpus/index.js";

export function placed(shard: Shard, open: (shard: Shard) => Stream): Stream & { readonly start: number } {
  let start = 0;
  const stream = open({
    ...shard,
    read(from, count) {
      start = from;
      return shard.read(from, count);
    },
  });
  return {
    next: (step) => stream.next(step),
    get epochs() {
      return stream.epochs;
    },
    get state() {
      return stream.state;
    },
    get start() {
      return start;
    },
  };
}
