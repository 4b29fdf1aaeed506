/**
 * Align (Yamaguchi et al. 2024, arXiv 2412.11704): a text says how the old tokenizer spells what a new token covers there,
 * and a new row is the mean over these spellings, each by how often it came and each the mean of its old rows. All
 * occurrences count (the published code keeps the last of each sentence). Old tokens that cross a border of the new one
 * belong to neither. A token that the text lacks gets the mean of its pieces.
 */
import { spellText } from "../vocab/index.js";
import { overlap } from "./canonical.js";
import { combine, type Recipe } from "./combine.js";
import type { Spellings } from "./evidence.js";
import type { Growing } from "./types.js";
import type { OnProgress, Tokenizer } from "../types.js";

export function align({ table, newIds, evidence, miss }: Growing, rows: Float32Array): void {
  newIds.forEach((id, n) => {
    const found = evidence.spellings!.get(id);
    if (found?.length) combine(table, blend(found), rows, n);
    else miss(n, "not in the text");
  });
}

/** The weights of all old ids in the spellings of one token. */
export function blend(found: readonly { ids: readonly number[]; count: number }[]): Recipe {
  const total = found.reduce((sum, { count }) => sum + count, 0);
  const weights = new Map<number, number>();
  for (const { ids, count } of found)
    for (const id of ids) weights.set(id, (weights.get(id) ?? 0) + count / total / ids.length);
  return { ids: [...weights.keys()], weights: [...weights.values()] };
}

export interface SpellingsOptions {
  base: Tokenizer;
  tokenizer: Tokenizer;
  texts: Iterable<string>;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

/** Counts how `base` spells each token that only `tokenizer` has, by the bytes that both cover. */
export async function spellings(options: SpellingsOptions): Promise<Spellings> {
  const { base, tokenizer, texts, signal, onProgress } = options;
  const common = new Set(overlap({ base, tokenizer }).target);
  const counts = new Map<number, Map<string, { ids: number[]; count: number }>>();
  const utf8 = new TextEncoder();
  const known = Array.isArray(texts) ? texts.length : 0;
  let done = 0;
  for (const text of texts) {
    signal?.throwIfAborted();
    const bytes = utf8.encode(text);
    const [old, now] = [await spellText(base, bytes), await spellText(tokenizer, bytes)];
    for (const [id, ids] of covered(base, old, tokenizer, now)) {
      if (id < 0 || common.has(id) || ids.length === 0 || ids.some((old) => old < 0)) continue;
      const spelled = counts.get(id) ?? new Map<string, { ids: number[]; count: number }>();
      counts.set(id, spelled);
      const entry = spelled.get(ids.join());
      if (entry) entry.count++;
      else spelled.set(ids.join(), { ids, count: 1 });
    }
    onProgress?.({ label: "aligning", done: ++done, total: Math.max(known, done) });
  }
  return new Map([...counts].map(([id, spelled]) => [id, [...spelled.values()]]));
}

/** Each token of `now` with the tokens of `old` whose bytes lie within its own, or around them. */
function* covered(base: Tokenizer, old: number[], tokenizer: Tokenizer, now: number[]): Generator<[number, number[]]> {
  const lengthOf = (of: Tokenizer, id: number): number => (id < 0 ? 1 : of.bytesOf(id).length);
  let [first, firstStart, start] = [0, 0, 0];
  for (const id of now) {
    const end = start + lengthOf(tokenizer, id);
    const ids: number[] = [];
    for (let i = first, at = firstStart; i < old.length && at < end; i++) {
      const stop = at + lengthOf(base, old[i]!);
      if ((at >= start && stop <= end) || (at <= start && stop >= end)) ids.push(old[i]!);
      if (stop <= end) [first, firstStart] = [i + 1, stop];
      at = stop;
    }
    yield [id, ids];
    start = end;
  }
}
