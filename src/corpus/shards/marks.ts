/**
 * Marks of documents to what each of their tokens counts for. A token has a mark where the two overlap, as `transformers` has it
 * (`return_assistant_tokens_mask`, 5.24): one that stands across a mark's border counts whole.
 */
import type { Mark, Tokenizer, TokensInPlace } from "../../types.js";
import { appendNumbers, doubles, type Log } from "../logs/log.js";
import type { ShardHeader } from "./header.js";

/** Throws one line unless there is a list of marks within each document. */
export function checkMarks(documents: readonly string[], marks: readonly (readonly Mark[])[]): void {
  if (marks.length !== documents.length)
    throw new Error(`encode: invalid marks: lists for ${marks.length} documents (there are ${documents.length})`);
  for (const [d, own] of marks.entries())
    for (const { from, to, weight } of own) {
      if (!(Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from < to && to <= documents[d]!.length))
        throw new Error(
          `encode: invalid marks of document ${d}: ${from} to ${to} (a stretch of its ${documents[d]!.length} UTF-16 units)`,
        );
      if (!(weight >= 0 && weight < Infinity))
        throw new Error(`encode: invalid marks of document ${d}: weight ${weight} (a number from 0)`);
    }
}

/** Tokens with their places: the tokenizer's own, or where the bytes stand that they spell. */
export async function inPlace(tokenizer: Tokenizer, texts: string[]): Promise<TokensInPlace[]> {
  if (tokenizer.encodeInPlace) return tokenizer.encodeInPlace(texts);
  const encoded = await tokenizer.encodeBatch(texts);
  return encoded.map((ids, i) => ({ ids, places: byBytes(texts[i]!, ids, tokenizer) }));
}

function byBytes(text: string, ids: readonly number[], tokenizer: Tokenizer): Int32Array {
  const units: number[] = [];
  let at = 0;
  for (const character of text) {
    for (let byte = Buffer.byteLength(character); byte > 0; byte--) units.push(at);
    at += character.length;
  }
  const places = new Int32Array(2 * ids.length);
  let byte = 0;
  for (const [i, id] of ids.entries()) {
    places[2 * i] = units[byte] ?? at;
    byte += tokenizer.bytesOf(id).length;
    const last = units[byte - 1] ?? at;
    places[2 * i + 1] = last + (text.codePointAt(last)! > 0xffff ? 2 : 1);
  }
  if (byte !== units.length)
    throw new Error(
      `encode: invalid marks: the tokenizer spells ${byte} bytes of a document of ${units.length} and does not say where its tokens stand`,
    );
  return places;
}

/** What each token of a document counts for, and after them its end of text. */
export function weightsOf(text: string, marks: readonly Mark[], places: Int32Array): number[] {
  /** By UTF-16 unit, 1 + index of the last mark that covers it. */
  const owner = new Int32Array(text.length);
  marks.forEach(({ from, to }, i) => owner.fill(i + 1, from, to));
  const weights = Array.from({ length: places.length / 2 }, (_, token) => {
    const [from, to] = [places[2 * token]!, places[2 * token + 1]!];
    let last = 0;
    for (let unit = from; unit < to; unit++) last = Math.max(last, owner[unit]!);
    // A token of nothing, such as a mark of a word's beginning, is of what it stands within.
    if (from === to && owner[from - 1] === owner[from]) last = owner[from] ?? 0;
    return marks[last - 1]?.weight ?? 0;
  });
  return [...weights, marks[(owner[text.length - 1] ?? 0) - 1]?.weight ?? 0];
}

/** What tokens count for, document by document, as a shard's header has it; where the log holds some, after so many tokens. */
export function runsOf(log: Log, length = 0): Runs {
  const run = new Float64Array(2);
  let last: number | undefined;
  for (const [, weight] of doubles(log, 2)) last = weight;
  const add = (weight: number, tokens: number): void => {
    if (weight !== last) {
      run.set([length, weight]);
      appendNumbers(log, run);
      last = weight;
    }
    length += tokens;
  };
  return {
    add: (weights) => weights.forEach((weight) => add(weight, 1)),
    addWhole: (tokens) => add(1, tokens),
    counts() {
      const counts = { at: [] as number[], weights: [] as number[] };
      for (const [at, weight] of doubles(log, 2)) {
        counts.at.push(at!);
        counts.weights.push(weight!);
      }
      return counts;
    },
  };
}

export interface Runs {
  /** Of one document. */
  add(weights: readonly number[]): void;
  /** One whose tokens, so many, count 1 each. */
  addWhole(tokens: number): void;
  counts(): NonNullable<ShardHeader["counts"]>;
}
