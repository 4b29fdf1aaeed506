/**
 * Batches by token share: the blender names the domain of each sequence, that domain's stream gives its next window. Each
 * stream is its own, so two runs with other shares read each domain in the same order. All of it can be saved as JSON.
 */
import { type Buffer, documentsIn, type Segment, type Shard, type Stream, weightsIn } from "../../corpus/index.js";
import { blender, type BlenderState, type Mixture, type MixtureStart, type Observation } from "../../mixture/index.js";
import type { Json } from "../../registry.js";
import type { RunRecord } from "../../runs/index.js";
import type { Objective } from "../step/objective.js";
import type { Feeds } from "../step/types.js";

export interface BatchesState {
  blender: BlenderState;
  streams: Record<string, unknown>;
  /** Of a mixture that has one. */
  mixture?: Json;
  /** Of a replay buffer, where there is one. */
  buffer?: Json;
  /** Loss weights so far by domain: summed as asked over updates, and as fed over sequences. */
  weights?: { asked: number[]; realised: number[] };
}

/** What one update is fed. */
export interface Batch {
  /** As many as are accumulated, as a rule one. */
  feeds: readonly Feeds[];
  /** Domain of each sequence, where there are domains. */
  domains: readonly string[];
  /** What each sequence is made of, where it is made of text; undefined where its order does not say. */
  segments?: readonly (readonly Segment[] | undefined)[];
  /** Numbers for the step's row. */
  row?: Record<string, number>;
}

/** Where the loop's batches come from; tokens per update is `accumulate · batch · context`. */
export interface Batches {
  /** Sequences per batch. */
  readonly batch: number;
  /** Tokens predicted per sequence. */
  readonly context: number;
  /** Batches per update; defaults to 1. */
  readonly accumulate?: number;
  /** The batch of update `step` (from 0). */
  next(step: number): Batch;
  /** Hears of every update once it is done. */
  observe?(seen: Observation): void;
  /** Plain JSON. */
  readonly state: object;
}

/** Batches of a mixture. */
export interface Blended extends Batches {
  /** Whether sequences are fed a loss weight each. */
  readonly weighted: boolean;
  readonly state: BatchesState;
  /** What was asked and what came of it. */
  readonly record: Pick<RunRecord, "shares" | "weights" | "epochs">;
}

export interface BatchesOptions {
  mixture: Mixture;
  /** Makes the stream of a domain, at its start or where a saved one stood. */
  stream: (domain: string, state?: unknown) => Stream;
  /** What is replayed besides what the mixture draws. */
  replay?: { buffer: Buffer; seed: number };
  /** What is drawn besides tokens; defaults to nothing. */
  reads?: Objective["reads"];
  /** Where windows of a domain stand that are replayed, or of which more is to be known than their tokens. */
  textOf?: (domain: string) => Pick<Shard, "read" | "starts" | "weights">;
  batch: number;
  context: number;
  /** Defaults to 1. */
  accumulate?: number;
  /** Updates in all. */
  steps: number;
  /** Tokens there are, by domain. */
  sizes?: MixtureStart["sizes"];
  /** Learning rate of an update (from 0) over the highest; defaults to 1. */
  rate?: MixtureStart["rate"];
  /** What is fed of a batch as it was drawn, the `index`-th of update `step`, a domain each; defaults to the batch as it is. */
  feeds?: (drawn: Feeds, of: { step: number; index: number; domains: readonly string[] }) => Feeds;
  /** Goes on from here; what is absent begins anew. */
  state?: Partial<BatchesState>;
}

interface Drawn {
  domain: string;
  window: ArrayLike<number>;
  segments?: readonly Segment[];
}

export function batchesOf(options: BatchesOptions): Blended {
  const { mixture, stream, batch, context, steps, sizes = {}, rate = () => 1, state } = options;
  const { accumulate = 1, feeds = (drawn) => drawn, reads = [], textOf } = options;
  const sequences = batch * accumulate;
  const { domains } = mixture;
  const mixing = mixture.begin({ steps, tokensPerStep: sequences * context, sizes, rate, state: state?.mixture });
  const blend = blender({ domains, caller: mixture.name, state: state?.blender });
  const { replay } = options;
  const buffer = replay?.buffer.begin({ seed: replay.seed, state: state?.buffer });
  const streams = new Map<string, Stream>();
  // A domain that is never drawn is never opened, so it may have no text at all.
  for (const [domain, at] of Object.entries(state?.streams ?? {})) streams.set(domain, stream(domain, at));
  const streamOf = (domain: string): Stream => {
    let found = streams.get(domain);
    if (!found) streams.set(domain, (found = stream(domain)));
    return found;
  };

  /** The next window: the buffer's where a replayed one is due, else of the domain whose turn it is. */
  function windowOf(shares: readonly number[], step: number): Drawn {
    const kept = buffer?.next();
    if (kept) {
      const [{ domain, start }, length] = [kept, context + 1];
      return { domain, window: textOf!(domain).read(start, length), segments: [{ at: 0, start, length }] };
    }
    const domain = domains[blend.next(shares)]!;
    const stream = streamOf(domain);
    const window = stream.next(step);
    const { segments } = stream;
    // After the first pass every window had its turn.
    if (buffer && stream.epochs <= 1) buffer.offer({ domain, start: wholeAt(domain, segments) });
    return { domain, window, segments };
  }

  function wholeAt(domain: string, segments: readonly Segment[] = []): number {
    const [first, ...others] = segments;
    if (first?.length !== context + 1 || others.length > 0)
      throw new Error(
        `train: invalid buffer: the order of ${domain} does not read windows as they stand in its text (train without a buffer, or in another order)`,
      );
    return first.start;
  }

  const zeros = (): number[] => domains.map(() => 0);
  const counted = mixing.weights && (state?.weights ?? { asked: zeros(), realised: zeros() });
  const named = (values: readonly number[]): Record<string, number> =>
    Object.fromEntries(domains.map((domain, i) => [domain, values[i]!]));

  /** The weight of each domain's sequences: as asked, over what the token shares make of them on average. */
  function weightsAt(step: number, shares: readonly number[]): number[] {
    const asked = mixing.weights!(step);
    const bad = asked.findIndex((weight) => !(weight >= 0 && weight < Infinity));
    const mean = shares.reduce((sum, share, i) => sum + share * asked[i]!, 0);
    if (asked.length !== domains.length || bad >= 0 || !(mean > 0))
      throw new Error(
        `${mixture.name}: invalid loss weights: ${asked.join(", ")} (one for each of ${domains.join(", ")}, from 0, not all 0)`,
      );
    asked.forEach((weight, i) => (counted!.asked[i]! += weight));
    return asked.map((weight) => weight / mean);
  }

  return {
    batch,
    context,
    accumulate,
    weighted: mixing.weights !== undefined,
    next(step) {
      const tokens = new Int32Array(sequences * (context + 1));
      const shares = mixing.shares(step);
      const weights = mixing.weights && weightsAt(step, shares);
      const weight = new Float32Array(sequences);
      const seen = {
        ...(reads.includes("weights") && { weights: new Float32Array(sequences * context) }),
        ...(reads.includes("documents") && { documents: new Int32Array(sequences * (context + 1)) }),
      };
      const places: (readonly Segment[] | undefined)[] = [];
      const drawn = Array.from({ length: sequences }, (_, row) => {
        const { domain, window, segments } = windowOf(shares, step);
        places.push(segments);
        if (window.length !== context + 1)
          throw new Error(`batches: invalid window of ${domain}: ${window.length} tokens (want ${context + 1})`);
        tokens.set(window, row * (context + 1));
        if (reads.length > 0) {
          if (!segments)
            throw new Error(
              `train: invalid order of ${domain}: it does not say where its windows stand (give segments)`,
            );
          const within = { shard: textOf!(domain), segments, context };
          seen.weights?.set(weightsIn(within), row * context);
          seen.documents?.set(documentsIn(within), row * (context + 1));
        }
        const at = domains.indexOf(domain);
        // A buffer may have been filled under another mixture.
        if (weights) weight[row] = at < 0 ? 1 : weights[at]!;
        if (weights && at >= 0) counted!.realised[at]! += weight[row]!;
        return domain;
      });
      return {
        feeds: Array.from({ length: accumulate }, (_, index) => {
          const [start, end] = [index * batch, (index + 1) * batch];
          const given = {
            tokens: tokens.slice(start * (context + 1), end * (context + 1)),
            ...(weights && { weight: weight.slice(start, end) }),
            ...(seen.weights && { weights: seen.weights.slice(start * context, end * context) }),
            ...(seen.documents && { documents: seen.documents.slice(start * (context + 1), end * (context + 1)) }),
          };
          return feeds(given, { step, index, domains: drawn.slice(start, end) });
        }),
        domains: drawn,
        segments: places,
        row: {
          ...prefixed("share", domains, shares),
          ...(weights && prefixed("weight", domains, weights)),
          ...(buffer && prefixed("buffer", Object.keys(buffer.counts), Object.values(buffer.counts))),
        },
      };
    },
    observe: mixing.observe && ((seen) => mixing.observe!(seen)),
    get record() {
      const updates = Math.max(1, blend.draws / sequences);
      const fed = counted?.realised.reduce((a, b) => a + b, 0) ?? 0;
      return {
        shares: { asked: named(blend.asked), realised: named(blend.realised) },
        ...(counted && {
          weights: {
            asked: named(counted.asked.map((sum) => sum / updates)),
            realised: named(counted.realised.map((sum) => (fed > 0 ? sum / fed : 0))),
          },
        }),
        epochs: named(domains.map((domain) => streams.get(domain)?.epochs ?? 0)),
      };
    },
    get state() {
      const { state: own } = mixing;
      return {
        blender: blend.state,
        streams: Object.fromEntries([...streams].map(([domain, { state }]) => [domain, state])),
        ...(own !== undefined && { mixture: own }),
        ...(buffer && { buffer: buffer.state }),
        ...(counted && { weights: { asked: [...counted.asked], realised: [...counted.realised] } }),
      };
    },
  };
}

const prefixed = (prefix: string, domains: readonly string[], values: readonly number[]): Record<string, number> =>
  Object.fromEntries(domains.map((domain, i) => [`${prefix}_${domain}`, values[i]!]));
