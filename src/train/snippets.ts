/**
 * Places in a text where a new token would stand, found in the old tokens: each is a short run of them with the span that
 * the new token replaces. What token distillation is trained on. A new token is looked for by one spelling, the old
 * tokenizer's own of its bytes; where the old tokenizer cut across it, it is not found.
 */
import type { Rng } from "../rng.js";
import type { OnProgress, Tokenizer } from "../types.js";
import { spell } from "../vocab/index.js";

export interface Snippet {
  /** The new token. */
  id: number;
  /** Old tokens, at most `length` of them. */
  old: number[];
  /** The span, [first, end) in `old`. */
  first: number;
  end: number;
}

export interface SnippetOptions {
  base: Tokenizer;
  tokenizer: Tokenizer;
  newIds: readonly number[];
  documents: readonly string[];
  /** Old tokens in a snippet, at most. */
  length: number;
  /** Snippets of one token, at most. */
  perToken: number;
  rng: Rng;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

/** Documents are read in a random order until every token has its snippets; those come in a random order too. */
export async function snippetsOf(options: SnippetOptions): Promise<Snippet[]> {
  const { base, tokenizer, newIds, documents, length, perToken, rng, signal, onProgress } = options;
  const spellings = new Map<string, { id: number; pieces: number[] }[]>();
  const left = new Map<number, number>();
  for (const id of newIds) {
    const pieces = spell(base, tokenizer.bytesOf(id));
    if (pieces.length < 2 || pieces.length > length || pieces.some((piece) => piece < 0)) continue;
    const key = `${pieces[0]} ${pieces[1]}`;
    spellings.set(key, [...(spellings.get(key) ?? []), { id, pieces }]);
    left.set(id, perToken);
  }
  const snippets: Snippet[] = [];
  const order = rng.shuffle(documents.map((_, i) => i));
  for (let at = 0; at < order.length && left.size > 0; at += 64) {
    signal?.throwIfAborted();
    onProgress?.({ label: "finding new tokens", done: at, total: order.length });
    for (const ids of await base.encodeBatch(order.slice(at, at + 64).map((i) => documents[i]!)))
      for (let i = 0; i + 1 < ids.length; i++)
        for (const { id, pieces } of spellings.get(`${ids[i]} ${ids[i + 1]}`) ?? []) {
          const wanted = left.get(id);
          if (!wanted || !pieces.every((piece, j) => ids[i + j] === piece)) continue;
          snippets.push(cut(ids, id, i, pieces.length, length));
          if (wanted > 1) left.set(id, wanted - 1);
          else left.delete(id);
        }
  }
  return rng.shuffle(snippets);
}

/** As much before the span as after it, where the document has it. */
function cut(ids: number[], id: number, at: number, span: number, length: number): Snippet {
  const start = Math.max(0, Math.min(at - ((length - span) >> 1), ids.length - length));
  return { id, old: ids.slice(start, start + length), first: at - start, end: at - start + span };
}
