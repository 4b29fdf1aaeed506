/** A stream that reads a list of windows from beginning to end, then the list of the next pass, and so on without an end. */
import { rng, type Rng } from "../../rng.js";
import { checkPosition, checkSource, type SamplerState } from "../windows/windows.js";
import { cut } from "../windows/cut.js";
import type { OrderOptions, Stream } from "./types.js";

/**
 * `plan` gives the windows of one pass, by number; it may draw from `chance`, which is the pass's own. `read` gives the tokens of
 * a window; it defaults to those of the text cut at fixed places.
 */
export function passes(
  at: OrderOptions,
  plan: (chance: Rng) => ArrayLike<number>,
  read: (window: number) => Int32Array = cut(at).read,
): Stream {
  const source = { shard: at.shard.hash, context: at.context, seed: at.seed };
  const given = at.state as SamplerState | undefined;
  let { epoch, position } = given ?? { epoch: 0, position: 0 };
  const planned = (): ArrayLike<number> => plan(rng(at.seed).fork(`epoch ${epoch}`));
  let list = planned();
  if (given) {
    checkSource(given, source);
    checkPosition(given, list.length);
  }
  return {
    next() {
      if (position === list.length) {
        epoch++;
        position = 0;
        list = planned();
      }
      return read(list[position++]!);
    },
    get epochs() {
      return epoch + position / list.length;
    },
    get state() {
      return { ...source, epoch, position };
    },
  };
}
