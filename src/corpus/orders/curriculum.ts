/**
 * From easy to hard by a score: a pacing function says which part of the windows may be read at an update, and of those the
 * seed draws one that was not read in this pass. A pass ends when all that may be read were; until then none is read
 * twice. So a run of one epoch reads the same windows as a shuffled one, in another order.
 */
import { type Json, made, write } from "../../registry.js";
import { rng, type RngState } from "../../rng.js";
import { readyOf, type Score } from "../scores/types.js";
import { checkSource, type Source } from "../windows/windows.js";
import { cut } from "../windows/cut.js";
import { type PacingName, pacings } from "./pacing.js";
import { ranked } from "./ranked.js";
import type { Order } from "./types.js";

export interface CurriculumOptions {
  score: Score;
  /** From hard to easy, an anti-curriculum; defaults to false. */
  hardestFirst?: boolean;
  /** Row of `corpus.pacings`; defaults to "linear". */
  pacing?: PacingName;
  /** Part of the windows that may be read at the start, in (0, 1]; defaults to 0.1. */
  start?: number;
  /** Part of the run after which all may be read, above 0; above 1, some never are. Defaults to 0.5. */
  until?: number;
  /** Of the pacing "root", from 1; defaults to 2. */
  power?: number;
}

interface CurriculumState extends Source {
  draws: number;
  /** Windows that may be read, from the easiest up. */
  available: number;
  /** Those of them that this pass has not read. */
  unread: number[];
  random: RngState;
}

export function curriculum(options: CurriculumOptions): Order {
  const { score, hardestFirst = false, pacing = "linear", start = 0.1, until = 0.5, power = 2 } = options;
  if (!Object.hasOwn(pacings, pacing))
    throw new Error(`curriculum: invalid pacing: ${pacing} (one of ${Object.keys(pacings).join(", ")})`);
  if (!(start > 0 && start <= 1)) throw new Error(`curriculum: invalid start: ${start} (above 0, at most 1)`);
  if (!(until > 0 && until < Infinity))
    throw new Error(`curriculum: invalid until: ${until} (a part of the run, above 0)`);
  if (!(power >= 1 && power < Infinity)) throw new Error(`curriculum: invalid power: ${power} (from 1)`);
  return made(
    {
      name: "curriculum",
      options: { score: write(score) as Json, hardestFirst, pacing, start, until, power },
      ready: () => readyOf(score),
      open(at) {
        const source = { shard: at.shard.hash, context: at.context, seed: at.seed };
        const { count, read } = cut(at);
        const given = at.state as (CurriculumState & Json) | undefined;
        if (given) check(given, source, count);
        const sorted = ranked("curriculum", { score, hardestFirst }, at);
        let { draws, available } = given ?? { draws: 0, available: 0 };
        let unread = [...(given?.unread ?? [])];
        const random = given ? rng(given.random) : rng(at.seed).fork("curriculum");
        return {
          next(step) {
            const part = pacings[pacing].available(Math.min(1, step / at.steps / until), start, power);
            const now = Math.min(count, Math.ceil(part * count));
            while (available < now) unread.push(sorted[available++]!);
            if (unread.length === 0) unread = sorted.slice(0, available);
            draws++;
            return read(taken(unread, random.int(unread.length)));
          },
          get epochs() {
            return draws / count;
          },
          get state() {
            return { ...source, draws, available, unread: [...unread], random: random.state };
          },
        };
      },
    },
    score,
  );
}

/** Takes item i out of the list, whose last takes its place. */
function taken(list: number[], i: number): number {
  const [last, item] = [list.pop()!, list[i]];
  if (i === list.length) return last;
  list[i] = last;
  return item!;
}

function check(state: CurriculumState, source: Source, count: number): void {
  checkSource(state, source);
  const { draws, available, unread } = state;
  const whole = (n: unknown, below: number): boolean =>
    Number.isInteger(n) && (n as number) >= 0 && (n as number) < below;
  if (!(
    whole(draws, Infinity) &&
    whole(available, count + 1) &&
    Array.isArray(unread) &&
    unread.every((i) => whole(i, count))
  ))
    throw new Error(`curriculum: invalid state: it is not of a text of ${count} windows`);
}
