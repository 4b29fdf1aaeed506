/**
 * A token shard as it is written: documents come batch by batch, their ids go to the file at once, and what is held in memory
 * is the header, some 30 bytes a document. The file appears under its name when it is whole. `shard.ts` has the layout.
 */
import { createHash } from "node:crypto";
import { atomicFile } from "../../files.js";
import type { Tokenizer } from "../../types.js";
import type { Encoded, ToEncode } from "../encode/encoded.js";
import { runsOf } from "./marks.js";
import { magic } from "./shard.js";
import { documentsHash, tokenizerHash } from "./hash.js";
import type { ShardHeader } from "./header.js";

export interface ShardSize {
  documents: number;
  bytes: number;
  tokens: number;
}

export interface ShardWriter {
  /** What it holds so far; bytes are those of the texts. */
  readonly size: Readonly<ShardSize>;
  add(batch: readonly ToEncode[], encoded: Encoded): void;
  /** Ends the file, which has its name from here on. */
  commit(): void;
  /** Leaves nothing behind; without effect after `commit`. Call it in a `finally`. */
  discard(): void;
}

export function shardWriter({ path, tokenizer }: { path: string; tokenizer: Tokenizer }): ShardWriter {
  const tokenBytes = Array.from({ length: tokenizer.size }, (_, id) =>
    tokenizer.tokenOf(id) === undefined ? 0 : tokenizer.bytesOf(id).length,
  );
  const starts = [0];
  const bytes: number[] = [];
  const unspelled: number[] = [];
  const runs = runsOf();
  const hash = documentsHash(tokenizer);
  const size: ShardSize = { documents: 0, bytes: 0, tokens: 0 };
  const file = atomicFile(path);
  const sum = createHash("sha256");
  const write = (data: Uint8Array): void => {
    sum.update(data);
    file.write(data);
  };
  return {
    size,
    add(batch, { ids, lengths, weights }) {
      let from = 0;
      for (const [i, { text, marks }] of batch.entries()) {
        const own = ids.subarray(from, (from += lengths[i]!));
        hash.add(text, marks);
        if (weights[i]) runs.add(weights[i]);
        else runs.addWhole(own.length + 1);
        const length = Buffer.byteLength(text);
        bytes.push(length);
        unspelled.push(length - own.reduce((sum, id) => sum + tokenBytes[id]!, 0));
        write(pack(own, tokenizer));
        starts.push(starts.at(-1)! + own.length + 1);
        size.bytes += length;
      }
      size.documents = bytes.length;
      size.tokens = starts.at(-1)!;
    },
    commit() {
      const header: ShardHeader = {
        format: 2,
        width: widthOf(tokenizer),
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

const widthOf = ({ size }: Tokenizer): 2 | 4 => (size <= 0x10000 ? 2 : 4);

/** A document's ids and its end. */
function pack(ids: Int32Array, tokenizer: Tokenizer): Uint8Array {
  const { size, endOfText } = tokenizer;
  const packed = new (widthOf(tokenizer) === 2 ? Uint16Array : Uint32Array)(ids.length + 1);
  for (const [i, id] of ids.entries()) {
    if (!(id >= 0 && id < size)) throw new Error(`encode: invalid id from the tokenizer: ${id}; it has ${size} ids`);
    packed[i] = id;
  }
  packed[ids.length] = endOfText;
  return new Uint8Array(packed.buffer);
}
