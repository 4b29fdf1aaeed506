/** What buffers have in common: room, the share of replay, chance and state. Whom a new window replaces is a rule of its own. */
import { type Json, made } from "../../registry.js";
import { type Rng, rng, type RngState } from "../../rng.js";
import type { Buffer, Kept } from "./types.js";

export interface BufferOptions {
  /** Windows that it holds. */
  size: number;
  /** Share of the sequences that are replayed, in [0, 1). */
  share: number;
}

/** What a rule sees: a full buffer, and how many windows of each domain have come, the new one among them. */
export interface Holding {
  kept: readonly Kept[];
  /** How many of those are each domain's. */
  counts: Readonly<Record<string, number>>;
  seen: Readonly<Record<string, number>>;
  /** Domains that a rule has marked; it may mark more. */
  marked: Set<string>;
  random: Rng;
}

/** Index of the one that is replaced; undefined where the new one is let go. */
export type Rule = (holding: Holding, domain: string) => number | undefined;

type State = {
  size: number;
  draws: number;
  seen: Record<string, number>;
  marked: string[];
  /** In the order of the buffer's places. */
  domains: string[];
  starts: number[];
  random: RngState;
};

export function bufferBy(name: string, { size, share }: BufferOptions, rule: Rule): Buffer {
  if (!(Number.isInteger(size) && size >= 1)) throw new Error(`${name}: invalid size: ${size} (windows, from 1)`);
  if (!(share >= 0 && share < 1)) throw new Error(`${name}: invalid share: ${share} (from 0, below 1)`);
  return made({
    name,
    options: { size, share },
    begin({ seed, state }) {
      const given = state as (State & Json) | undefined;
      if (given && given.size !== size)
        throw new Error(`${name}: invalid state: it is of a buffer of ${given.size} windows, not ${size}`);
      const kept: Kept[] = (given?.domains ?? []).map((domain, i) => ({ domain, start: given!.starts[i]! }));
      const seen: Record<string, number> = { ...given?.seen };
      const counts: Record<string, number> = {};
      for (const { domain } of kept) counts[domain] = (counts[domain] ?? 0) + 1;
      const marked = new Set(given?.marked);
      const random = given ? rng(given.random) : rng(seed).fork("buffer");
      let draws = given?.draws ?? 0;
      return {
        next() {
          if (kept.length === 0) return undefined;
          const due = Math.floor((draws + 1) * share) > Math.floor(draws * share);
          draws++;
          return due ? kept[random.int(kept.length)] : undefined;
        },
        offer(window) {
          seen[window.domain] = (seen[window.domain] ?? 0) + 1;
          const at = kept.length < size ? kept.length : rule({ kept, counts, seen, marked, random }, window.domain);
          if (at === undefined) return;
          const old = kept[at];
          if (old) counts[old.domain]!--;
          counts[window.domain] = (counts[window.domain] ?? 0) + 1;
          kept[at] = window;
        },
        get counts() {
          return { ...counts };
        },
        get state() {
          const [domains, starts] = [kept.map(({ domain }) => domain), kept.map(({ start }) => start)];
          return { size, draws, seen: { ...seen }, marked: [...marked], domains, starts, random: random.state };
        },
      };
    },
  });
}
