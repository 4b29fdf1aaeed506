/**
 * Bins of equally many windows by a score, dealt in turn: one window of the easiest bin, one of the next, up to the hardest,
 * and from the beginning. Every window once an epoch, and every stretch of the run as easy as any other; within a bin
 * the seed shuffles anew each epoch.
 */
import { type Json, made, write } from "../../registry.js";
import { readyOf, type Score } from "../scores/types.js";
import { passes } from "./passes.js";
import { ranked } from "./ranked.js";
import type { Order } from "./types.js";

export interface InterleavedOptions {
  score: Score;
  /** Defaults to 4. */
  bins?: number;
}

export function interleaved({ score, bins = 4 }: InterleavedOptions): Order {
  if (!(Number.isInteger(bins) && bins >= 2)) throw new Error(`interleaved: invalid bins: ${bins} (from 2)`);
  return made(
    {
      name: "interleaved",
      options: { score: write(score) as Json, bins },
      ready: () => readyOf(score),
      open(at) {
        const sorted = ranked("interleaved", { score }, at);
        if (bins > sorted.length)
          throw new Error(`interleaved: invalid bins: ${bins} (the text has ${sorted.length} windows)`);
        const edge = (bin: number): number => Math.round((bin * sorted.length) / bins);
        const longest = Math.ceil(sorted.length / bins);
        return passes(at, (chance) => {
          const dealt = Array.from({ length: bins }, (_, bin) =>
            chance.shuffle(sorted.slice(edge(bin), edge(bin + 1))),
          );
          return Array.from({ length: longest }, (_, round) =>
            dealt.flatMap((bin) => bin.slice(round, round + 1)),
          ).flat();
        });
      },
    },
    score,
  );
}
