/**
 * The queue of candidate merges: a four-way heap of (count, pair, list of words), highest count first, ties decided by
 * the caller. An entry keeps the count it was pushed with; whoever takes it compares with the pair's count of today.
 */
import { widened } from "./pairs.js";

export class Queue {
  size = 0;
  /** Entry 0 is the top. */
  count: Float64Array = new Float64Array(4096);
  pair: Int32Array = new Int32Array(4096);
  list: Int32Array = new Int32Array(4096);

  /** `before(p, q)`: whether pair p goes before pair q when their counts are equal. */
  constructor(private readonly before: (p: number, q: number) => boolean) {}

  push(count: number, pair: number, list: number): void {
    if (this.size === this.count.length) {
      this.count = widened(this.count, new Float64Array(this.size * 2));
      this.pair = widened(this.pair, new Int32Array(this.size * 2));
      this.list = widened(this.list, new Int32Array(this.size * 2));
    }
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 2;
      if (!this.ahead(count, pair, parent)) break;
      this.move(parent, at);
      at = parent;
    }
    this.put(at, count, pair, list);
  }

  /** Removes the top. */
  pop(): void {
    const last = --this.size;
    if (last > 0) this.sink(this.count[last]!, this.pair[last]!, this.list[last]!);
  }

  /** Gives the top a new, lower count. */
  lower(count: number): void {
    this.sink(count, this.pair[0]!, this.list[0]!);
  }

  /** Puts an entry into the hole at the top, moving better ones up. */
  private sink(count: number, pair: number, list: number): void {
    let at = 0;
    for (;;) {
      const first = at * 4 + 1;
      if (first >= this.size) break;
      let best = first;
      const end = Math.min(first + 4, this.size);
      for (let child = first + 1; child < end; child++)
        if (this.ahead(this.count[child]!, this.pair[child]!, best)) best = child;
      if (this.ahead(count, pair, best)) break;
      this.move(best, at);
      at = best;
    }
    this.put(at, count, pair, list);
  }

  private ahead(count: number, pair: number, other: number): boolean {
    const against = this.count[other]!;
    return count !== against ? count > against : this.before(pair, this.pair[other]!);
  }

  private move(from: number, to: number): void {
    this.count[to] = this.count[from]!;
    this.pair[to] = this.pair[from]!;
    this.list[to] = this.list[from]!;
  }

  private put(at: number, count: number, pair: number, list: number): void {
    this.count[at] = count;
    this.pair[at] = pair;
    this.list[at] = list;
  }
}
