/**
 * Documents to a token shard on disk, once: a shard that the same documents and tokenizer made before is opened, not made again,
 * unless it is damaged or cannot be checked.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { atomicFile } from "../../files.js";
import type { Mark, OnProgress, Tokenizer } from "../../types.js";
import { cacheFolder } from "../cache.js";
import { encoded } from "./encoded.js";
import { checkMarks } from "../shards/marks.js";
import { open } from "../shards/shard.js";
import type { Shard } from "../shards/shard.js";
import { documentsHash } from "../shards/hash.js";
import { shardWriter } from "../shards/writer.js";

export interface EncodeOptions {
  documents: readonly string[];
  /** Of each document, where its tokens do not all count the same in a loss; defaults to none, and all count 1. */
  marks?: readonly (readonly Mark[])[];
  tokenizer: Tokenizer;
  /** File to write. Defaults to one named by the hash, in `shards` of the lab's cache folder. */
  path?: string;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

/** Documents, and characters, that go to the tokenizer at once: between two looks at the signal. */
const batchDocuments = 256;
const batchCharacters = 1 << 20;

export async function encode({ documents, marks, tokenizer, path, signal, onProgress }: EncodeOptions): Promise<Shard> {
  if (documents.length === 0) throw new Error("encode: invalid documents: []; a shard needs at least one");
  if (marks) checkMarks(documents, marks);
  const hash = hashOf(documents, tokenizer, marks);
  const target = path ?? join(cacheFolder(), "shards", `${hash}.tokens`);
  const before = openIfSame(target, hash, (label) => onProgress?.({ label, done: 1, total: 1, notice: true }));
  if (before) return before;

  const file = atomicFile(target);
  const tokens = { append: (data: Uint8Array) => file.write(data), pieces: () => [] };
  const writer = shardWriter({ tokenizer, tokens });
  try {
    for (const [from, to] of batches(documents)) {
      signal?.throwIfAborted();
      onProgress?.({ label: "encoding", done: from, total: documents.length });
      const batch = documents.slice(from, to).map((text, i) => ({ text, marks: marks?.[from + i] }));
      writer.add(batch, await encoded(tokenizer, batch));
    }
    signal?.throwIfAborted();
    writer.finish();
    file.commit();
  } finally {
    file.discard();
  }
  const note = `${writer.size.tokens} tokens`;
  onProgress?.({ label: "encoding", done: documents.length, total: documents.length, note });
  return open(target);
}

function hashOf(documents: readonly string[], tokenizer: Tokenizer, marks?: EncodeOptions["marks"]): string {
  const hash = documentsHash({ tokenizer });
  for (const [i, text] of documents.entries()) hash.add(text, marks?.[i]);
  return hash.digest();
}

function openIfSame(path: string, hash: string, notice: (line: string) => void): Shard | undefined {
  if (!existsSync(path)) return undefined;
  let shard: Shard;
  try {
    shard = open(path);
  } catch (error) {
    notice(`${(error as Error).message}: it is made anew`);
    return undefined;
  }
  if (shard.hash === hash && shard.format === 2) return shard;
  shard.close();
  if (shard.hash === hash) notice(`${path} is of an older version, without a hash of its own: it is made anew`);
  return undefined;
}

function* batches(documents: readonly string[]): Generator<[number, number]> {
  for (let from = 0; from < documents.length;) {
    let to = from;
    for (let characters = 0; to < documents.length && to - from < batchDocuments && characters < batchCharacters; to++)
      characters += documents[to]!.length;
    yield [from, to];
    from = to;
  }
}
