/**
 * Texts as streams of units for `word-vectors.ts`: tokens of a tokenizer, or words. A word is a run of letters, marks and
 * digits as it is written; a line is a line of the text. Not a morphological analysis: in Korean a word keeps its particles.
 */
import type { Tokenizer } from "../types.js";

export interface WordStream {
  words: string[];
  /** Places in `words`; -1 ends a line. */
  stream: Int32Array;
}

/** Words that occur `minCount` times or more, most frequent first (of equals, first seen first). */
export function wordStream({ texts, minCount = 1 }: { texts: readonly string[]; minCount?: number }): WordStream {
  const counts = new Map<string, number>();
  const each = function* (): Generator<string | undefined> {
    for (const text of texts)
      for (const line of text.split("\n")) {
        for (const [word] of line.matchAll(/[\p{L}\p{M}\p{N}]+/gu)) yield word;
        yield undefined;
      }
  };
  let length = 0;
  for (const word of each()) {
    length++;
    if (word !== undefined) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const words = [...counts.keys()].filter((word) => counts.get(word)! >= minCount);
  words.sort((a, b) => counts.get(b)! - counts.get(a)!);
  const place = new Map(words.map((word, n) => [word, n]));
  const stream = new Int32Array(length);
  let at = 0;
  for (const word of each()) {
    const unit = word === undefined ? -1 : place.get(word);
    if (unit !== undefined) stream[at++] = unit;
  }
  return { words, stream: stream.slice(0, at) };
}

/** Ids of a tokenizer, line by line. */
export async function tokenStream({
  texts,
  tokenizer,
}: {
  texts: readonly string[];
  tokenizer: Tokenizer;
}): Promise<Int32Array> {
  const lines = texts.flatMap((text) => text.split("\n")).filter((line) => line !== "");
  const encoded = await tokenizer.encodeBatch(lines);
  const stream = new Int32Array(encoded.reduce((sum, ids) => sum + ids.length + 1, 0));
  let at = 0;
  for (const ids of encoded) {
    stream.set(ids, at);
    at += ids.length;
    stream[at++] = -1;
  }
  return stream;
}
