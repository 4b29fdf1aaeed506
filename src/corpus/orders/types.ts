/** In which order a domain's text is read: windows of tokens without an end, from a place that can be saved. */
import type { Json, Made } from "../../registry.js";
import type { Tokenizer } from "../../types.js";
import type { Shard } from "../shard.js";

export interface Order extends Made {
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

/** An endless sequence of windows of one domain. */
export interface Stream {
  /** The next `context + 1` tokens, for update `step` (from 0); the caller keeps nothing of it beyond the next call. */
  next(step: number): ArrayLike<number>;
  /** How often its text was read so far. */
  readonly epochs: number;
  /** Plain JSON: where it stands. */
  readonly state: Json;
}
