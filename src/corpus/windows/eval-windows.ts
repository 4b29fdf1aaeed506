/**
 * Evaluation windows: fixed, in order, each overlapping the next by one token, so that every token of the shard but the very
 * first is a target exactly once. With the bytes each window's targets stand for,
 *
 *   bits per byte = sum of nats / (ln 2 × sum of bytes)
 *
 * is exact. Bytes are UTF-8 bytes of the original text; the end of text is scored and stands for none.
 * The very first token is context only, so its bytes are not in the sum: a tool that scores it too, after a token of its own that
 * begins the text, differs by its nats and bytes. Under two tokenizers that token is not the same text: its bytes are the
 * difference in what was scored, a few of all.
 * No document is treated apart: the first tokens of one are predicted from the end of the one before.
 */
import { documentAt } from "../shards/shard.js";
import type { Shard } from "../shards/shard.js";
import { boundaries } from "./windows.js";

export interface EvalWindowsOptions {
  shard: Shard;
  context: number;
  /**
   * About how many targets to score: that many windows, spread evenly over the shard. Defaults to all. Under two tokenizers
   * equal numbers of tokens are different text; to compare across tokenizers, give fewer documents instead.
   */
  maxTokens?: number;
}

export interface EvalWindow {
  /** context + 1 ids; a last, shorter window is filled up with the end of text. */
  tokens: Int32Array;
  /** Position of the first in the shard. */
  start: number;
  /** 1 for each of the context targets (tokens[1] on) that counts, 0 for filling. */
  counted: Float32Array;
  /** How many count: always the first ones. */
  targets: number;
  /** UTF-8 bytes of original text that the counted targets stand for. */
  bytes: number;
  /** Of each of the counted targets. */
  bytesAt: number[];
  /** Indices, ascending and above 0, of the tokens that begin a document. */
  boundaries: number[];
}

export function evalWindows({ shard, context, maxTokens = Infinity }: EvalWindowsOptions): EvalWindow[] {
  if (!(Number.isInteger(context) && context > 0))
    throw new Error(`evalWindows: invalid context: ${context}; it is a positive whole number`);
  if (!(maxTokens >= 1)) throw new Error(`evalWindows: invalid maxTokens: ${maxTokens}; it is at least 1`);
  const all = Math.ceil((shard.length - 1) / context);
  if (all < 1)
    throw new Error(`evalWindows: invalid shard: ${shard.length} tokens; at least two are needed to score one`);
  const count = Math.min(all, Math.max(1, Math.round(maxTokens / context)));
  return Array.from({ length: count }, (_, i) => evalWindow(shard, context, Math.floor((i * all) / count) * context));
}

function evalWindow(shard: Shard, context: number, start: number): EvalWindow {
  const present = shard.read(start, Math.min(context + 1, shard.length - start));
  const targets = present.length - 1;
  const tokens = new Int32Array(context + 1).fill(shard.endOfText);
  tokens.set(present);
  const counted = new Float32Array(context).fill(1, 0, targets);
  const begins = boundaries(shard, start, present.length + 1);
  const ends = new Set(begins.map((index) => index - 1));
  if (start + present.length === shard.length) ends.add(present.length - 1);
  const bytesAt = Array.from({ length: targets }, (_, i) =>
    ends.has(i + 1) ? shard.unspelled[documentAt(shard, start + i + 1)]! : shard.tokenBytes[present[i + 1]!]!,
  );
  const bytes = bytesAt.reduce((sum, each) => sum + each, 0);
  const inside = begins.filter((index) => index < present.length);
  return { tokens, start, counted, targets, bytes, bytesAt, boundaries: inside };
}
