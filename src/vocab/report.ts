/**
 * How a tokenizer spells a text, in numbers. Ratios are of sums over all texts, not means of ratios, and count no special
 * tokens. A word is a run of characters between Unicode white space: meaningless for Chinese, Japanese or Thai, where
 * bytes or characters per token are the numbers to read.
 */
import { breathe } from "../breathe.js";
import type { OnProgress, Tokenizer } from "../types.js";

export interface ReportOptions {
  tokenizer: Tokenizer;
  texts: Iterable<string>;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

export interface TokenizerReport {
  texts: number;
  tokens: number;
  /** UTF-8 bytes. */
  bytes: number;
  /** Unicode code points. */
  chars: number;
  /** Runs between white space. */
  words: number;
  /** Different tokens that occurred. */
  distinct: number;
  bytesPerToken: number;
  charsPerToken: number;
  /** Tokens per word; 1 is the least a tokenizer that splits at spaces can reach. */
  fertility: number;
}

export async function report({ tokenizer, texts, signal, onProgress }: ReportOptions): Promise<TokenizerReport> {
  const sum = { texts: 0, tokens: 0, bytes: 0, chars: 0, words: 0 };
  const seen = new Set<number>();
  const utf8 = new TextEncoder();
  const known = Array.isArray(texts) ? texts.length : 0;
  const flush = async (batch: string[]): Promise<void> => {
    for (const ids of await tokenizer.encodeBatch(batch)) {
      sum.tokens += ids.length;
      for (const id of ids) seen.add(id);
    }
    onProgress?.({ label: "measuring", done: sum.texts, total: Math.max(known, sum.texts) });
    await breathe(signal);
  };
  let batch: string[] = [];
  for (const text of texts) {
    if (typeof text !== "string")
      throw new TypeError(`report: invalid texts: ${String(text)} (${typeof text}, not a string)`);
    sum.texts++;
    sum.bytes += utf8.encode(text).length;
    for (const _ of text) sum.chars++;
    sum.words += text.match(/\P{White_Space}+/gu)?.length ?? 0;
    batch.push(text);
    if (batch.length < 256) continue;
    await flush(batch);
    batch = [];
  }
  await flush(batch);
  return {
    ...sum,
    distinct: seen.size,
    bytesPerToken: sum.bytes / sum.tokens,
    charsPerToken: sum.chars / sum.tokens,
    fertility: sum.tokens / sum.words,
  };
}
