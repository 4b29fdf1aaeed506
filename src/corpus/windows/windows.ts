/**
 * Training windows over a shard: pieces of context + 1 tokens that do not overlap, in an order that the seed shuffles anew every
 * epoch. Documents are packed end to end, so windows begin and end anywhere in them; `boundaries` says where documents begin,
 * for those who mask attention across them. Tokens that do not fill a last window are left out of an epoch, and the
 * cutting shifts by a random offset each epoch, so that they are not the same ones every time.
 */
import { rng } from "../../rng.js";
import { documentAt } from "../shards/shard.js";
import type { Shard } from "../shards/shard.js";

export interface WindowsOptions {
  shard: Shard;
  /** Tokens that the model sees at once; a window has one more, for the targets. */
  context: number;
  /** Defaults to 1. */
  seed?: number;
  /** Goes on from a saved state of a sampler with the same shard, context and seed. */
  state?: SamplerState;
}

export interface Window {
  /** context + 1 ids. */
  tokens: Int32Array;
  /** Position of the first in the shard. */
  start: number;
  /** Indices, ascending and above 0, of the tokens that begin a document. */
  boundaries: number[];
}

/** Plain JSON. */
export interface SamplerState {
  shard: string;
  context: number;
  seed: number;
  epoch: number;
  /** Windows of this epoch already handed out. */
  position: number;
}

export interface WindowSampler {
  next(): Window;
  /** Windows in one epoch. */
  readonly perEpoch: number;
  /** Epoch of the next window, from 0. */
  readonly epoch: number;
  readonly state: SamplerState;
}

export function windows({ shard, context, seed = 1, state }: WindowsOptions): WindowSampler {
  const size = context + 1;
  const perEpoch = windowsIn(shard, context);
  const spare = shard.length - perEpoch * size;
  if (state) {
    checkSource(state, { shard: shard.hash, context, seed });
    checkPosition(state, perEpoch);
  }

  let epoch = state?.epoch ?? 0;
  let position = state?.position ?? 0;
  let { order, offset } = plan();

  function plan(): { order: Uint32Array; offset: number } {
    const chance = rng(seed).fork(`epoch ${epoch}`);
    const offset = chance.int(spare + 1);
    const order = new Uint32Array(perEpoch).map((_, i) => i);
    for (let i = perEpoch - 1; i > 0; i--) {
      const j = chance.int(i + 1);
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    return { order, offset };
  }

  return {
    perEpoch,
    get epoch() {
      return position === perEpoch ? epoch + 1 : epoch;
    },
    next() {
      if (position === perEpoch) {
        epoch++;
        position = 0;
        ({ order, offset } = plan());
      }
      const start = offset + order[position++]! * size;
      return { tokens: shard.read(start, size), start, boundaries: boundaries(shard, start, size) };
    },
    get state() {
      return { shard: shard.hash, context, seed, epoch, position };
    },
  };
}

/** How many windows of `context + 1` tokens fit, at least one. */
export function windowsIn(shard: Pick<Shard, "length">, context: number): number {
  if (!(Number.isInteger(context) && context > 0))
    throw new Error(`windows: invalid context: ${context}; it is a positive whole number`);
  if (shard.length < context + 1)
    throw new Error(
      `windows: invalid context: ${context}; the shard has ${shard.length} tokens and a window needs ${context + 1}`,
    );
  return Math.floor(shard.length / (context + 1));
}

/** Indices, ascending and above 0, at which a document begins among `length` tokens from `start`. */
export function boundaries(shard: Pick<Shard, "starts">, start: number, length: number): number[] {
  const found: number[] = [];
  for (let d = documentAt(shard, start) + 1; d < shard.starts.length - 1 && shard.starts[d]! < start + length; d++)
    found.push(shard.starts[d]! - start);
  return found;
}

/** What a saved state must share with what goes on from it. */
export type Source = Pick<SamplerState, "shard" | "context" | "seed">;

export function checkSource(state: Source, own: Source): void {
  for (const key of ["shard", "context", "seed"] as const)
    if (state[key] !== own[key])
      throw new Error(
        `windows: invalid state: its ${key} is ${state[key]}, not ${own[key]}; a state goes on only with what it was saved from`,
      );
}

export function checkPosition({ epoch, position }: SamplerState, perEpoch: number): void {
  if (!(Number.isInteger(epoch) && epoch >= 0 && Number.isInteger(position) && position >= 0 && position <= perEpoch))
    throw new Error(`windows: invalid state: position ${position} of epoch ${epoch}; an epoch has ${perEpoch} windows`);
}
