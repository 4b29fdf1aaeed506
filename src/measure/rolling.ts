/**
 * A text longer than a model's window, cut so that every token is scored once, each with at least so much before it. Not the
 * windows of a run's evaluations (`corpus.evalWindows`), which run over the ends of documents: here a text stands alone, after
 * one token that begins it and is not scored.
 */
export interface RollingWindowsOptions {
  /** Ids of the text, without special tokens. */
  tokens: readonly number[];
  /** Tokens that the model predicts at once, L. */
  length: number;
  /** Tokens before each scored one, at least, but for the text's first window: 1 to L. Defaults to 1, no overlap. */
  context?: number;
  /** What stands before the text. */
  prefix: number;
}

/** Ids that are scored, and those before them; together at most L + 1. */
export interface Scored {
  context: number[];
  scored: number[];
}

/** None of an empty text. The last window is moved back, so that it too is full. */
export function rollingWindows({ tokens, length, context = 1, prefix }: RollingWindowsOptions): Scored[] {
  if (!(Number.isInteger(length) && length >= 1))
    throw new Error(`rollingWindows: invalid length: ${length} (a whole number from 1)`);
  if (!(Number.isInteger(context) && context >= 1 && context <= length))
    throw new Error(`rollingWindows: invalid context: ${context} (1 to ${length}, the length)`);
  if (tokens.length === 0) return [];
  const windows = [{ context: [prefix], scored: tokens.slice(0, length) }];
  for (let at = length; at < tokens.length;) {
    const end = Math.min(at + length - context + 1, tokens.length);
    // The model is fed tokens[end - length - 1 .. end - 2]: those before `at` are only read.
    windows.push({ context: tokens.slice(end - length - 1, at), scored: tokens.slice(at, end) });
    at = end;
  }
  return windows;
}
