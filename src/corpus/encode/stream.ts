/** A stream of documents to the shards of its two sides, in memory that does not grow with the text but for the shards' headers. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Tokenizer } from "../../types.js";
import { inOrder } from "../crew.js";
import { encoded, type Encoded } from "./encoded.js";
import { type ShardSize, shardWriter } from "../shards/writer.js";
import type { Side } from "../split/sides.js";
import type { Document } from "../types.js";

export interface EncodeStreamOptions {
  /** Each with its side. */
  documents: AsyncIterable<{ document: Document; side: Side }>;
  /** What an error calls them. */
  source: string;
  /** Files to write; where a side has no document none is left there. */
  paths: Readonly<Record<Side, string>>;
  tokenizer: Tokenizer;
  /** Threads that encode; with 0 it is done here. */
  workers: number;
}

interface Batch {
  side: Side;
  documents: Document[];
}

/** Documents, and UTF-16 units, that go to the tokenizer at once. */
const [batchDocuments, batchUnits] = [256, 1 << 19];

export async function encodeStream(options: EncodeStreamOptions): Promise<Record<Side, ShardSize>> {
  const { documents, source, paths, tokenizer, workers } = options;
  const writers = {
    train: shardWriter({ path: paths.train, tokenizer }),
    heldOut: shardWriter({ path: paths.heldOut, tokenizer }),
  };
  try {
    const each = workers === 0 ? encodedHere(batched(documents), tokenizer) : inThreads(batched(documents), options);
    for await (const { batch, result } of each) writers[batch.side].add(batch.documents, result);
    if (writers.train.size.documents === 0) throw new Error(`encode: no text to train on in ${source}`);
    for (const side of ["train", "heldOut"] as const)
      if (writers[side].size.documents > 0) writers[side].commit();
      else rmSync(paths[side], { force: true });
  } finally {
    for (const writer of Object.values(writers)) writer.discard();
  }
  return { train: writers.train.size, heldOut: writers.heldOut.size };
}

async function* batched(documents: EncodeStreamOptions["documents"]): AsyncGenerator<Batch, void> {
  const open = { train: [] as Document[], heldOut: [] as Document[] };
  const units = { train: 0, heldOut: 0 };
  for await (const { document, side } of documents) {
    open[side].push(document);
    units[side] += document.text.length;
    if (open[side].length < batchDocuments && units[side] < batchUnits) continue;
    yield { side, documents: open[side] };
    open[side] = [];
    units[side] = 0;
  }
  for (const side of ["train", "heldOut"] as const) if (open[side].length > 0) yield { side, documents: open[side] };
}

type Results = AsyncGenerator<{ batch: Batch; result: Encoded }, void>;

async function* encodedHere(batches: AsyncIterable<Batch>, tokenizer: Tokenizer): Results {
  for await (const batch of batches) yield { batch, result: await encoded(tokenizer, batch.documents) };
}

async function* inThreads(batches: AsyncIterable<Batch>, { tokenizer, workers }: EncodeStreamOptions): Results {
  const { json, endOfText } = tokenizer;
  const data = { json, endOfText: tokenizer.tokenOf(endOfText) };
  yield* inOrder<Batch, Encoded>(batches, { thread: join(__dirname, "thread.js"), data, workers });
}
