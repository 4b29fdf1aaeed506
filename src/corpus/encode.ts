/**
 * Documents to a token shard on disk, once: a shard that the same documents and tokenizer made before is opened, not made again,
 * unless it is damaged or cannot be checked. Ids are written as they come; only the header is held in memory.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { atomicFile } from "../files.js";
import type { Mark, OnProgress, Tokenizer } from "../types.js";
import { cacheFolder } from "./cache.js";
import { checkMarks, inPlace, runsOf, weightsOf } from "./marks.js";
import { magic, open } from "./shard.js";
import type { Shard } from "./shard.js";
import type { ShardHeader } from "./shard-header.js";

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

  const width = tokenizer.size <= 0x10000 ? 2 : 4;
  const tokenBytes = Array.from({ length: tokenizer.size }, (_, id) =>
    tokenizer.tokenOf(id) === undefined ? 0 : tokenizer.bytesOf(id).length,
  );
  const starts = [0];
  const bytes: number[] = [];
  const unspelled: number[] = [];
  const runs = runsOf();
  const file = atomicFile(target);
  const sum = createHash("sha256");
  const write = (data: Uint8Array): void => {
    sum.update(data);
    file.write(data);
  };
  try {
    for (const [from, to] of batches(documents)) {
      signal?.throwIfAborted();
      onProgress?.({ label: "encoding", done: from, total: documents.length });
      const texts = documents.slice(from, to);
      const placed = marks && (await inPlace(tokenizer, texts));
      const encoded = placed?.map(({ ids }) => ids) ?? (await tokenizer.encodeBatch(texts));
      for (const [i, ids] of encoded.entries()) {
        if (placed) runs.add(weightsOf(texts[i]!, marks![from + i]!, placed[i]!.places));
        const length = Buffer.byteLength(texts[i]!);
        bytes.push(length);
        unspelled.push(length - ids.reduce((sum, id) => sum + tokenBytes[id]!, 0));
        write(pack([...ids, tokenizer.endOfText], width, tokenizer.size));
        starts.push(starts.at(-1)! + ids.length + 1);
      }
    }
    const header: ShardHeader = {
      format: 2,
      width,
      hash,
      tokenizer: tokenizerHash(tokenizer),
      vocabSize: tokenizer.size,
      endOfText: tokenizer.endOfText,
      starts,
      bytes,
      unspelled,
      tokenBytes,
      ...(marks && { counts: runs.counts }),
    };
    const json = Buffer.from(JSON.stringify(header));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(json.length));
    write(json);
    file.write(Buffer.concat([sum.digest(), length, Buffer.from(magic, "latin1")]));
    signal?.throwIfAborted();
    file.commit();
  } finally {
    file.discard();
  }
  onProgress?.({ label: "encoding", done: documents.length, total: documents.length, note: `${starts.at(-1)} tokens` });
  return open(target);
}

/** Hash of the tokenizer.json as it would be saved. */
export function tokenizerHash(tokenizer: Tokenizer): string {
  return createHash("sha256").update(JSON.stringify(tokenizer.json)).digest("hex");
}

/** Names what a shard holds: the documents with their borders and marks, and how they are encoded. */
function hashOf(documents: readonly string[], tokenizer: Tokenizer, marks?: EncodeOptions["marks"]): string {
  const hash = createHash("sha256").update(`format 1 ${tokenizerHash(tokenizer)} ${tokenizer.endOfText}`);
  for (const document of documents) hash.update(`\n${Buffer.byteLength(document)}\n`).update(document);
  if (marks)
    hash.update(`\nmarks ${JSON.stringify(marks.map((own) => own.map(({ from, to, weight }) => [from, to, weight])))}`);
  return hash.digest("hex");
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

function pack(ids: number[], width: 2 | 4, size: number): Uint8Array {
  const packed = width === 2 ? new Uint16Array(ids.length) : new Uint32Array(ids.length);
  for (const [i, id] of ids.entries()) {
    if (!(Number.isInteger(id) && id >= 0 && id < size))
      throw new Error(`encode: invalid id from the tokenizer: ${id}; it has ${size} ids`);
    packed[i] = id;
  }
  return new Uint8Array(packed.buffer);
}
