/**
 * A token shard as it is written: documents come batch by batch, their ids go to the file at once, and what is held in memory
 * is the header, some 30 bytes a document. The file appears under its name when it is whole. `shard.ts` has the layout.
 */
import { createHash } from "node:crypto";
import { atomicFile } from "../files.js";
import type { Mark, Tokenizer } from "../types.js";
import { inPlace, runsOf, weightsOf } from "./marks.js";
import { magic } from "./shard.js";
import { documentsHash, tokenizerHash } from "./shard-hash.js";
import type { ShardHeader } from "./shard-header.js";

/** One that has no marks beside others that have some counts whole. */
export interface ToEncode {
  text: string;
  marks?: readonly Mark[] | undefined;
}

export interface ShardWriter {
  /** Tokens so far, and documents. */
  readonly tokens: number;
  readonly documents: number;
  add(batch: readonly ToEncode[]): Promise<void>;
  /** Ends the file, which has its name from here on. */
  commit(): void;
  /** Leaves nothing behind; without effect after `commit`. Call it in a `finally`. */
  discard(): void;
}

export function shardWriter({ path, tokenizer }: { path: string; tokenizer: Tokenizer }): ShardWriter {
  const width = tokenizer.size <= 0x10000 ? 2 : 4;
  const tokenBytes = Array.from({ length: tokenizer.size }, (_, id) =>
    tokenizer.tokenOf(id) === undefined ? 0 : tokenizer.bytesOf(id).length,
  );
  const starts = [0];
  const bytes: number[] = [];
  const unspelled: number[] = [];
  const runs = runsOf();
  const hash = documentsHash(tokenizer);
  const file = atomicFile(path);
  const sum = createHash("sha256");
  const write = (data: Uint8Array): void => {
    sum.update(data);
    file.write(data);
  };
  return {
    get tokens() {
      return starts.at(-1)!;
    },
    get documents() {
      return bytes.length;
    },
    async add(batch) {
      const texts = batch.map(({ text }) => text);
      const placed = batch.some(({ marks }) => marks) ? await inPlace(tokenizer, texts) : undefined;
      const encoded = placed?.map(({ ids }) => ids) ?? (await tokenizer.encodeBatch(texts));
      for (const [i, ids] of encoded.entries()) {
        const { text, marks } = batch[i]!;
        hash.add(text, marks);
        if (marks) runs.add(weightsOf(text, marks, placed![i]!.places));
        else runs.addWhole(ids.length + 1);
        const length = Buffer.byteLength(text);
        bytes.push(length);
        unspelled.push(length - ids.reduce((sum, id) => sum + tokenBytes[id]!, 0));
        write(pack([...ids, tokenizer.endOfText], width, tokenizer.size));
        starts.push(starts.at(-1)! + ids.length + 1);
      }
    },
    commit() {
      const header: ShardHeader = {
        format: 2,
        width,
        hash: hash.digest(),
        tokenizer: tokenizerHash(tokenizer),
        vocabSize: tokenizer.size,
        endOfText: tokenizer.endOfText,
        starts,
        bytes,
        unspelled,
        tokenBytes,
        ...(hash.marked && { counts: runs.counts }),
      };
      const json = Buffer.from(JSON.stringify(header));
      const length = Buffer.alloc(8);
      length.writeBigUInt64LE(BigInt(json.length));
      write(json);
      file.write(Buffer.concat([sum.digest(), length, Buffer.from(magic, "latin1")]));
      file.commit();
    },
    discard: () => file.discard(),
  };
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
