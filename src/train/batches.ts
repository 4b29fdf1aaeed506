/**
 * Batches by token share: the blender names the domain of each sequence, that domain's stream gives its next window. Each
 * stream is its own, so two runs with other shares read each domain in the same order. All of it can be saved as JSON.
 */
import { blender, type BlenderState, type Mixture } from "../mixture/index.js";

/** An endless sequence of windows of one domain. */
export interface Stream {
  /** The next `context + 1` tokens; the caller may keep nothing of it beyond the next call. */
  next(): ArrayLike<number>;
  /** Plain JSON: where it stands. */
  readonly state: unknown;
}

export interface BatchesState {
  blender: BlenderState;
  streams: Record<string, unknown>;
}

export interface Batches {
  /** Sequences per batch. */
  readonly batch: number;
  /** Tokens predicted per sequence. */
  readonly context: number;
  /** Tokens of the next batch, `batch` rows of `context + 1`, under the shares of update `step` (from 0). */
  next(step: number): Int32Array;
  /** Token shares so far by domain. */
  readonly realised: Record<string, number>;
  readonly state: BatchesState;
}

export interface BatchesOptions {
  mixture: Mixture;
  /** Makes the stream of a domain, at its start or where a saved one stood. */
  stream: (domain: string, state?: unknown) => Stream;
  batch: number;
  context: number;
  /** Updates in all, for mixtures that change over the run. */
  steps: number;
  /** Goes on from here. */
  state?: BatchesState;
}

export function batchesOf(options: BatchesOptions): Batches {
  const { mixture, stream, batch, context, steps, state } = options;
  const blend = blender(mixture, { total: steps, state: state?.blender });
  const streams = new Map<string, Stream>();
  // A domain that is never drawn is never opened, so it may have no text at all.
  for (const [domain, at] of Object.entries(state?.streams ?? {})) streams.set(domain, stream(domain, at));
  const streamOf = (domain: string): Stream => {
    let found = streams.get(domain);
    if (!found) streams.set(domain, (found = stream(domain)));
    return found;
  };
  return {
    batch,
    context,
    next(step) {
      const tokens = new Int32Array(batch * (context + 1));
      for (let row = 0; row < batch; row++) {
        const domain = blend.domains[blend.next(step)]!;
        const window = streamOf(domain).next();
        if (window.length !== context + 1)
          throw new Error(`batches: invalid window of ${domain}: ${window.length} tokens (want ${context + 1})`);
        tokens.set(window, row * (context + 1));
      }
      return tokens;
    },
    get realised() {
      return Object.fromEntries(blend.domains.map((domain, i) => [domain, blend.realised[i]!]));
    },
    get state() {
      return {
        blender: blend.state,
        streams: Object.fromEntries([...streams].map(([domain, { state }]) => [domain, state])),
      };
    },
  };
}
