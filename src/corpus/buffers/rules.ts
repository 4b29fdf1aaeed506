/** Three rules for whom a new window replaces in a full buffer. */
import { bufferBy, type BufferOptions, type Holding } from "./buffer.js";
import type { Buffer } from "./types.js";

/** A fair sample of all that was read, however long ago: Vitter's algorithm R (1985). Domains have the parts that they had of the text. */
export const reservoirBuffer = (options: BufferOptions): Buffer =>
  bufferBy("reservoir", options, ({ kept, seen, random }) => {
    const slot = random.int(Object.values(seen).reduce((sum, count) => sum + count, 0));
    return slot < kept.length ? slot : undefined;
  });

/**
 * Equal parts of the buffer for all domains that came so far, whatever they had of the text, and of each a fair sample
 * (Chrysakis & Moens 2020, CBRS). A domain that was ever the largest is full: its windows then replace its own.
 */
export const classBalanced = (options: BufferOptions): Buffer =>
  bufferBy("class-balanced", options, ({ kept, counts, seen, marked, random }, domain) => {
    const most = Math.max(...Object.values(counts));
    const largest = Object.keys(counts).filter((each) => counts[each] === most);
    for (const each of largest) marked.add(each);
    if (!marked.has(domain)) return oneOf({ kept, random }, largest);
    return random.uniform() < counts[domain]! / seen[domain]! ? oneOf({ kept, random }, [domain]) : undefined;
  });

/** Every new window replaces one by chance, as published code of replay buffers does: what is old is soon gone. For comparison. */
export const overwriting = (options: BufferOptions): Buffer =>
  bufferBy("overwriting", options, ({ kept, random }) => random.int(kept.length));

function oneOf({ kept, random }: Pick<Holding, "kept" | "random">, domains: readonly string[]): number {
  const places = [...kept.keys()].filter((i) => domains.includes(kept[i]!.domain));
  return places[random.int(places.length)]!;
}
