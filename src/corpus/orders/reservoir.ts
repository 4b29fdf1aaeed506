/**
 * The text as it stands, once over and again, with replay from a buffer of what was read so far. The buffer is a reservoir
 * (Vitter's algorithm R): of limited size, and at every moment a fair sample of all windows read, however long ago.
 */
import { type Json, made } from "../../registry.js";
import { rng, type RngState } from "../../rng.js";
import { checkSource, type Source } from "../windows/windows.js";
import { cut } from "../windows/cut.js";
import type { Order } from "./types.js";

export interface ReservoirOptions {
  /** Windows that the buffer holds. */
  size: number;
  /** Share of the windows handed out that come from the buffer, in [0, 1); defaults to 0.5. */
  replay?: number;
}

interface ReservoirState extends Source {
  draws: number;
  /** Windows read from the text. */
  arrived: number;
  buffer: number[];
  random: RngState;
}

export function reservoir({ size, replay = 0.5 }: ReservoirOptions): Order {
  if (!(Number.isInteger(size) && size >= 1)) throw new Error(`reservoir: invalid size: ${size} (windows, from 1)`);
  if (!(replay >= 0 && replay < 1)) throw new Error(`reservoir: invalid replay: ${replay} (a share, from 0, below 1)`);
  return made({
    name: "reservoir",
    options: { size, replay },
    open(at) {
      const source = { shard: at.shard.hash, context: at.context, seed: at.seed };
      const { count, read } = cut(at);
      const given = at.state as (ReservoirState & Json) | undefined;
      if (given) check(given, source, count, size);
      let { draws, arrived } = given ?? { draws: 0, arrived: 0 };
      const buffer = [...(given?.buffer ?? [])];
      const random = given ? rng(given.random) : rng(at.seed).fork("reservoir");

      /** After the first pass every window had its turn. */
      function keep(window: number): void {
        if (arrived > count) return;
        const slot = buffer.length < size ? buffer.length : random.int(arrived);
        if (slot < size) buffer[slot] = window;
      }

      function arrive(): number {
        const window = arrived++ % count;
        keep(window);
        return window;
      }

      return {
        next() {
          const due = buffer.length > 0 && Math.floor((draws + 1) * replay) > Math.floor(draws * replay);
          draws++;
          return read(due ? buffer[random.int(buffer.length)]! : arrive());
        },
        get epochs() {
          return draws / count;
        },
        get state() {
          return { ...source, draws, arrived, buffer: [...buffer], random: random.state };
        },
      };
    },
  });
}

function check(state: ReservoirState, source: Source, count: number, size: number): void {
  checkSource(state, source);
  const { draws, arrived, buffer } = state;
  const whole = (n: unknown, below = Infinity): boolean =>
    Number.isInteger(n) && (n as number) >= 0 && (n as number) < below;
  if (!(
    whole(draws) &&
    whole(arrived) &&
    Array.isArray(buffer) &&
    buffer.length <= size &&
    buffer.every((i) => whole(i, count))
  ))
    throw new Error(`reservoir: invalid state: it is not of a buffer of ${size} of ${count} windows`);
}
