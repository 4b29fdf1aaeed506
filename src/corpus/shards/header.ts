/** What a token shard says of itself, and the check that it is true of the file. */
import { show } from "../../foreign.js";

export interface ShardHeader {
  /** Version of the layout; 1 has no hash of its own bytes. */
  readonly format: 1 | 2;
  /** Bytes per id: 2 or 4. */
  readonly width: 2 | 4;
  /** Hash of the documents and the tokenizer: equal hashes, equal shards. */
  readonly hash: string;
  /** Hash of the tokenizer.json that encoded it. */
  readonly tokenizer: string;
  readonly vocabSize: number;
  readonly endOfText: number;
  /** Position of each document's first token, and after the last the length of the shard. */
  readonly starts: ArrayLike<number>;
  /** UTF-8 bytes of each document's original text. */
  readonly bytes: ArrayLike<number>;
  /**
   * Bytes of each document that its tokens do not spell: 0 throughout for byte-level tokenizers; others normalise, or add
   * a space in front (then it is negative). They are counted at the end of text, so that sums are those of the original.
   */
  readonly unspelled: ArrayLike<number>;
  /** UTF-8 bytes that each token id stands for. */
  readonly tokenBytes: readonly number[];
  /** Where tokens do not all count the same in a loss: from token `at[i]` on each counts for `weights[i]`. */
  readonly counts?: { readonly at: readonly number[]; readonly weights: readonly number[] };
}

/** Throws one line naming what does not fit; `idBytes` is the room that the ids have in the file. */
export function checkHeader(given: unknown, format: 1 | 2, idBytes: number, path: string): ShardHeader {
  const header = given as ShardHeader;
  const fail = (what: string): never => {
    throw new Error(`open: damaged shard ${path}: ${what}`);
  };
  if (typeof given !== "object" || given === null) fail("its header is not an object");
  if (header.format !== format) fail(`unknown format ${show(header.format)}; encode the text again`);
  if (header.width !== 2 && header.width !== 4) fail(`invalid width ${show(header.width)}`);
  if (typeof header.hash !== "string" || typeof header.tokenizer !== "string") fail("its hashes are missing");
  const { starts, bytes, unspelled, tokenBytes, vocabSize, endOfText } = header;
  if (!(starts instanceof Float64Array)) return fail("starts is not a list of counts");
  if (!(bytes instanceof Int32Array && bytes.every((count) => count >= 0)))
    return fail("bytes is not a list of counts");
  if (!isCounts(tokenBytes)) fail("tokenBytes is not a list of counts");
  if (!(unspelled instanceof Int32Array && unspelled.length === bytes.length))
    fail(`unspelled is not a list of ${bytes.length} whole numbers`);
  if (starts.length !== bytes.length + 1) fail(`${starts.length} starts for ${bytes.length} documents`);
  if (starts[0] !== 0 || starts.some((start, i) => i > 0 && start <= starts[i - 1]!))
    fail("its documents are out of order");
  const tokens = starts[bytes.length]!;
  if (tokens * header.width !== idBytes)
    fail(`${tokens} tokens of ${header.width} bytes, but room for ${idBytes} bytes`);
  if (tokenBytes.length !== vocabSize) fail(`lengths of ${tokenBytes.length} tokens for a vocabulary of ${vocabSize}`);
  if (!(Number.isInteger(endOfText) && endOfText >= 0 && endOfText < vocabSize))
    fail(`invalid endOfText ${show(endOfText)}`);
  checkCounts(header.counts, tokens, fail);
  return header;
}

function checkCounts(counts: ShardHeader["counts"], tokens: number, fail: (what: string) => never): void {
  if (counts === undefined) return;
  const { at, weights } = (counts ?? {}) as Partial<NonNullable<typeof counts>>;
  if (!isCounts(at) || at![0] !== 0 || at!.some((place, i) => i > 0 && place <= at![i - 1]!) || at!.at(-1)! >= tokens)
    fail("the places where tokens count otherwise are out of order");
  if (!Array.isArray(weights) || weights.length !== at!.length || !weights.every((w) => Number.isFinite(w) && w >= 0))
    fail(`what tokens count for is not a list of ${at!.length} numbers from 0`);
}

const isCounts = (list: unknown): boolean =>
  Array.isArray(list) && list.every((count) => Number.isSafeInteger(count) && (count as number) >= 0);
