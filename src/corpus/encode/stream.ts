/** A stream of documents to the shards of its two sides, in memory that does not grow with the text. */
import { join } from "node:path";
import type { Tokenizer } from "../../types.js";
import { inOrder } from "../crew.js";
import type { ShardWriter } from "../shards/writer.js";
import type { Side } from "../split/sides.js";
import type { Document } from "../types.js";
import { encoded, type Encoded } from "./encoded.js";

/** Documents, each with its side, and what comes after the last of them. */
export interface Placed<Barrier> {
  documents: { document: Document; side: Side }[];
  barrier?: Barrier | undefined;
}

/** A shard's, which is told of whole documents. */
export type SideWriter = Omit<ShardWriter, "add"> & { add(batch: readonly Document[], encoded: Encoded): void };

export interface EncodeStreamOptions<Barrier> {
  batches: AsyncIterable<Placed<Barrier>>;
  writers: Readonly<Record<Side, SideWriter>>;
  /** All that came before it is written, and nothing of what comes after it. */
  onBarrier(barrier: Barrier): void;
  tokenizer: Tokenizer;
  /** Threads that encode; with 0 it is done here. */
  workers: number;
}

interface Batch<Barrier> {
  side: Side;
  documents: Document[];
  barrier?: Barrier | undefined;
}

/** Documents, and UTF-16 units, that go to the tokenizer at once. */
const [batchDocuments, batchUnits] = [256, 1 << 19];

export async function encodeStream<Barrier>(options: EncodeStreamOptions<Barrier>): Promise<void> {
  const { batches, writers, onBarrier, tokenizer, workers } = options;
  const sided = bySide(batches);
  const each = workers === 0 ? encodedHere(sided, tokenizer) : inThreads(sided, tokenizer, workers);
  for await (const { batch, result } of each) {
    writers[batch.side].add(batch.documents, result);
    if (batch.barrier) onBarrier(batch.barrier);
  }
}

async function* bySide<Barrier>(batches: AsyncIterable<Placed<Barrier>>): AsyncGenerator<Batch<Barrier>, void> {
  const open = { train: [] as Document[], heldOut: [] as Document[] };
  const units = { train: 0, heldOut: 0 };
  const all = (side: Side): Batch<Barrier> => {
    const documents = open[side];
    open[side] = [];
    units[side] = 0;
    return { side, documents };
  };
  for await (const { documents, barrier } of batches) {
    for (const { document, side } of documents) {
      open[side].push(document);
      units[side] += document.text.length;
      if (open[side].length >= batchDocuments || units[side] >= batchUnits) yield all(side);
    }
    if (!barrier) continue;
    yield all("train");
    yield { ...all("heldOut"), barrier };
  }
  yield all("train");
  yield all("heldOut");
}

type Results<Barrier> = AsyncGenerator<{ batch: Batch<Barrier>; result: Encoded }, void>;

async function* encodedHere<B>(batches: AsyncIterable<Batch<B>>, tokenizer: Tokenizer): Results<B> {
  for await (const batch of batches) yield { batch, result: await encoded(tokenizer, batch.documents) };
}

async function* inThreads<B>(batches: AsyncIterable<Batch<B>>, tokenizer: Tokenizer, workers: number): Results<B> {
  const { json, endOfText } = tokenizer;
  const data = { json, endOfText: tokenizer.tokenOf(endOfText) };
  yield* inOrder<Batch<B>, Encoded>(batches, { thread: join(__dirname, "thread.js"), data, workers });
}
