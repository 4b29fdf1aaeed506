/** In which order a domain's text is read: windows of tokens without an end, from a place that can be saved. */
import type { Json, Made } from "../../registry.js";
import type { Tokenizer } from "../../types.js";
import type { Shard } from "../shards/shard.js";

export interface Order extends Made {
  /** Its windows are of several stretches of the text, which `Stream.segments` tells; defaults to false. */
  readonly segmented?: true;
  /** Its windows are filled up with padding, for objectives that read which is which; defaults to false. */
  readonly padded?: true;
  /** Reads what it needs, once; to be awaited before it is opened. Absent where it needs nothing. */
  ready?(): Promise<void>;
  /** At the start, or where a saved state stood. */
  open(at: OrderOptions): Stream;
}

export interface OrderOptions {
  shard: Shard;
  /** Tokens predicted per window. */
  context: number;
  /** The domain's own. */
  seed: number;
  /** Updates of the whole run, for orders that change over it. */
  steps: number;
  /** What encoded the shard, for orders that look at text. */
  tokenizer: Tokenizer;
  /** What `Stream.state` was. */
  state?: Json;
}

/** A stretch of a window, and of the shard. */
export interface Segment {
  /** Index in the window of its first token. */
  at: number;
  /** Position in the shard of the same. */
  start: number;
  /** In tokens. */
  length: number;
}

/** An endless sequence of windows of one domain. */
export interface Stream {
  /** The next `context + 1` tokens, for update `step` (from 0); the caller keeps nothing of it beyond the next call. */
  next(step: number): ArrayLike<number>;
  /** What the window is made of that it gave last, in its order; the rest is padding. Defaults to one segment, which it read. */
  readonly segments?: readonly Segment[];
  /** How often its text was read so far. */
  readonly epochs: number;
  /** Plain JSON: where it stands. */
  readonly state: Json;
}
