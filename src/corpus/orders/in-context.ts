/**
 * In-context pre-training (Shi et al. 2024, https://arxiv.org/abs/2310.10638): documents on a path from each to the most similar one that
 * is left, end to end, cut into windows; so what a window holds is related, and the beginning of it helps with the rest. What is
 * nearly the document before it is left out: it would teach copying. The control has the same documents in an order by chance. Each
 * window once an epoch, in an order that the seed shuffles anew each time.
 */
import { made } from "../../registry.js";
import { rng } from "../../rng.js";
import { documentPlaces, type Shard } from "../shards/shard.js";
import { gathered } from "./gathered.js";
import { relatedPath } from "./related.js";
import type { Order, Segment } from "./types.js";

export interface InContextOptions {
  /** Documents that a document may be followed by, the nearest; defaults to 9. */
  neighbours?: number;
  /** Share of runs of three characters in common, of the first hundred, above which a document is nearly the one before; defaults to 0.85. */
  alike?: number;
  /** The control: the documents that are left, in an order by chance. Defaults to false. */
  permuted?: boolean;
}

export function inContext({ neighbours = 9, alike = 0.85, permuted = false }: InContextOptions = {}): Order {
  if (!(Number.isInteger(neighbours) && neighbours > 0))
    throw new Error(`inContext: invalid neighbours: ${neighbours} (a positive whole number)`);
  if (!(alike >= 0 && alike <= 1)) throw new Error(`inContext: invalid alike: ${alike} (from 0 to 1)`);
  return made({
    name: "in-context",
    options: { neighbours, alike, permuted },
    segmented: true,
    open(at) {
      const { shard, tokenizer } = at;
      const documents = documentPlaces(shard).map(({ start, length }) => shard.read(start, length - 1));
      const beginnings = documents.map((tokens) =>
        runsOfThree(tokenizer.decode(tokens.subarray(0, 100)).slice(0, 100)),
      );
      const path = relatedPath(documents, neighbours);
      const kept: number[] = [];
      for (const document of path) {
        const before = kept.at(-1);
        if (before === undefined || inCommon(beginnings[before]!, beginnings[document]!) <= alike) kept.push(document);
      }
      if (permuted) rng(at.seed).fork("permuted").shuffle(kept);
      return gathered(at, endToEnd(shard, kept, at.context + 1));
    },
  });
}

function runsOfThree(text: string): Set<string> {
  return new Set(Array.from({ length: Math.max(0, text.length - 2) }, (_, i) => text.slice(i, i + 3)));
}

/** Jaccard's index; of nothing, 0. */
function inCommon(some: ReadonlySet<string>, others: ReadonlySet<string>): number {
  let both = 0;
  for (const each of some) if (others.has(each)) both++;
  return both === 0 ? 0 : both / (some.size + others.size - both);
}

/** Windows of so many tokens; what does not fill the last is left out. */
function endToEnd({ starts }: Pick<Shard, "starts">, documents: readonly number[], size: number): Segment[][] {
  const windows: Segment[][] = [[]];
  let at = 0;
  for (const document of documents)
    for (let start = starts[document]!; start < starts[document + 1]!;) {
      const length = Math.min(size - at, starts[document + 1]! - start);
      windows.at(-1)!.push({ at, start, length });
      [start, at] = [start + length, (at + length) % size];
      if (at === 0) windows.push([]);
    }
  if (windows.length === 1)
    throw new Error(
      `inContext: invalid text: ${at} tokens of documents that are not nearly alike (a window has ${size})`,
    );
  return windows.slice(0, -1);
}
