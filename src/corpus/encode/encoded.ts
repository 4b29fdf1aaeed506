/** A batch of documents as tokens, in the form in which it travels between threads. */
import type { Mark, Tokenizer } from "../../types.js";
import { inPlace, weightsOf } from "../shards/marks.js";

/** One that has no marks beside others that have some counts whole. */
export interface ToEncode {
  text: string;
  marks?: readonly Mark[] | undefined;
}

export interface Encoded {
  /** Of all documents of the batch, one after another, without their ends. */
  ids: Int32Array;
  /** Tokens of each. */
  lengths: number[];
  /** What the tokens of each count for, its end last; absent where all count 1. */
  weights: (number[] | undefined)[];
}

export async function encoded(tokenizer: Tokenizer, batch: readonly ToEncode[]): Promise<Encoded> {
  if (batch.length === 0) return { ids: new Int32Array(0), lengths: [], weights: [] };
  const texts = batch.map(({ text }) => text);
  const placed = batch.some(({ marks }) => marks) ? await inPlace(tokenizer, texts) : undefined;
  const each = placed?.map(({ ids }) => ids) ?? (await tokenizer.encodeBatch(texts));
  const ids = new Int32Array(each.reduce((sum, own) => sum + own.length, 0));
  let at = 0;
  for (const own of each) {
    ids.set(own, at);
    at += own.length;
  }
  const weights = batch.map(({ text, marks }, i) => marks && weightsOf(text, marks, placed![i]!.places));
  return { ids, lengths: each.map(({ length }) => length), weights };
}
