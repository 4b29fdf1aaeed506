/**
 * The queue of candidate merges: pairs with counts, highest count first, ties decided by the caller. An entry keeps the
 * count it was pushed with; whoever takes it compares with the pair's count of today.
 * Only entries above a falling floor are in the four-way heap; the others, nearly all, wait in an unsorted pile, and most
 * of them are never reached.
 */
import { widened } from "./pairs.js";

class Entries {
  size = 0;
  count: Float64Array = new Float64Array(4096);
  pair: Int32Array = new Int32Array(4096);

  add(): number {
    if (this.size === this.count.length) {
      this.count = widened(this.count, new Float64Array(this.size * 2));
      this.pair = widened(this.pair, new Int32Array(this.size * 2));
    }
    return this.size++;
  }

  set(at: number, count: number, pair: number): void {
    this.count[at] = count;
    this.pair[at] = pair;
  }
}

export class Queue {
  private readonly heap = new Entries();
  private readonly pile = new Entries();
  private floor = Infinity;

  /** `before(p, q)`: whether pair p goes before pair q when their counts are equal. */
  constructor(private readonly before: (p: number, q: number) => boolean) {}

  push(count: number, pair: number): void {
    const { heap, pile } = this;
    if (count < this.floor) return pile.set(pile.add(), count, pair);
    let at = heap.add();
    while (at > 0) {
      const parent = (at - 1) >> 2;
      if (!this.ahead(count, pair, parent)) break;
      heap.set(at, heap.count[parent]!, heap.pair[parent]!);
      at = parent;
    }
    heap.set(at, count, pair);
  }

  /** Whether any entry is left; lowers the floor until the best of them is on top. */
  ready(): boolean {
    const { heap, pile } = this;
    if (heap.size > 0) return true;
    if (pile.size === 0) return false;
    let most = 0;
    for (let i = 0; i < pile.size; i++) most = Math.max(most, pile.count[i]!);
    this.floor = most > 16 ? most / 2 : most;
    const waiting = pile.size;
    pile.size = 0;
    for (let i = 0; i < waiting; i++) this.push(pile.count[i]!, pile.pair[i]!);
    return true;
  }

  /** The best entry's pair, once `ready()` has said that there is one. */
  get pair(): number {
    return this.heap.pair[0]!;
  }

  /** The count that it was pushed with. */
  get count(): number {
    return this.heap.count[0]!;
  }

  /** Removes the top. */
  pop(): void {
    const { heap } = this;
    const last = --heap.size;
    if (last > 0) this.sink(heap.count[last]!, heap.pair[last]!);
  }

  /** Gives the top a new, lower count; 0 removes it. */
  lower(count: number): void {
    const pair = this.heap.pair[0]!;
    if (count >= this.floor) return this.sink(count, pair);
    this.pop();
    if (count > 0) this.push(count, pair);
  }

  /** Puts an entry into the hole at the top, moving better ones up. */
  private sink(count: number, pair: number): void {
    const { heap } = this;
    let at = 0;
    for (;;) {
      const first = at * 4 + 1;
      if (first >= heap.size) break;
      let best = first;
      const end = Math.min(first + 4, heap.size);
      for (let child = first + 1; child < end; child++)
        if (this.ahead(heap.count[child]!, heap.pair[child]!, best)) best = child;
      if (this.ahead(count, pair, best)) break;
      heap.set(at, heap.count[best]!, heap.pair[best]!);
      at = best;
    }
    heap.set(at, count, pair);
  }

  private ahead(count: number, pair: number, other: number): boolean {
    const against = this.heap.count[other]!;
    return count !== against ? count > against : this.before(pair, this.heap.pair[other]!);
  }
}
