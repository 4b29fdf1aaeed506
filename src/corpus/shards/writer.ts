/**
 * A token shard as it is written: documents come batch by batch, their ids go to the file at once, and what the header says of each
 * goes to logs, so that none of it is held in memory where those are files. `shard.ts` has the layout.
 */
import { createHash } from "node:crypto";
import type { Tokenizer } from "../../types.js";
import type { Encoded, ToEncode } from "../encode/encoded.js";
import { appendNumbers, type Log, memoryLog, records } from "../logs/log.js";
import { documentsHash, tokenizerHash } from "./hash.js";
import { runsOf } from "./marks.js";
import { magic } from "./shard.js";

export interface ShardSize {
  documents: number;
  bytes: number;
  tokens: number;
}

/** By which a writer goes on, given the same logs. */
export interface ShardState extends ShardSize {
  hash: string;
}

export interface ShardWriter {
  /** What it holds so far; bytes are those of the texts. */
  readonly size: Readonly<ShardSize>;
  add(batch: readonly ToEncode[], encoded: Encoded): void;
  state(): ShardState;
  /** Adds the header, which ends the file. */
  finish(): void;
}

export interface ShardWriterOptions {
  tokenizer: Tokenizer;
  /** The file. */
  tokens: Pick<Log, "append" | "pieces">;
  /** The log of this name; in memory by default. */
  log?: (name: "documents" | "lengths" | "marks" | "runs") => Log;
  past?: ShardState | undefined;
}

export function shardWriter({ tokenizer, tokens, past, log = memoryLog }: ShardWriterOptions): ShardWriter {
  const tokenBytes = Array.from({ length: tokenizer.size }, (_, id) =>
    tokenizer.tokenOf(id) === undefined ? 0 : tokenizer.bytesOf(id).length,
  );
  /** Of each document its tokens with their end, its bytes, and those that its tokens do not spell. */
  const documents = log("documents");
  const record = new Int32Array(3);
  const runs = runsOf(log("runs"), past?.tokens);
  const hash = documentsHash({ tokenizer, past: past?.hash, lengths: log("lengths"), marks: log("marks") });
  const size: ShardSize = { documents: past?.documents ?? 0, bytes: past?.bytes ?? 0, tokens: past?.tokens ?? 0 };
  const sum = createHash("sha256");
  if (past) for (const piece of tokens.pieces()) sum.update(piece);
  const write = (data: Uint8Array): void => {
    sum.update(data);
    tokens.append(data);
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
        let spelled = 0;
        for (const id of own) spelled += tokenBytes[id]!;
        record.set([own.length + 1, length, length - spelled]);
        appendNumbers(documents, record);
        write(pack(own, tokenizer));
        size.documents++;
        size.bytes += length;
        size.tokens += own.length + 1;
      }
    },
    state: () => ({ ...size, hash: hash.state() }),
    finish() {
      const { size: vocabSize, endOfText } = tokenizer;
      const counts = hash.marked && runs.counts();
      let [json, length] = ["", 0];
      const say = (text: string, least = 1 << 16): void => {
        json += text;
        if (json.length < least) return;
        const bytes = Buffer.from(json);
        length += bytes.length;
        write(bytes);
        json = "";
      };
      const list = (name: string, start: string, each: (of: Int32Array) => number): void => {
        let before = `,"${name}":[${start}`;
        for (const record of records(documents, 3)) {
          say(`${before}${each(record)}`);
          before = ",";
        }
        say("]");
      };
      const hashes = { hash: hash.digest(), tokenizer: tokenizerHash(tokenizer) };
      say(JSON.stringify({ format: 2, width: widthOf(tokenizer), ...hashes, vocabSize, endOfText }).slice(0, -1));
      let start = 0;
      list("starts", "0,", ([tokens]) => (start += tokens!));
      list("bytes", "", ([, bytes]) => bytes!);
      list("unspelled", "", ([, , unspelled]) => unspelled!);
      say(`,${JSON.stringify({ tokenBytes, ...(counts && { counts }) }).slice(1)}`, 0);
      const end = Buffer.alloc(8);
      end.writeBigUInt64LE(BigInt(length));
      tokens.append(Buffer.concat([sum.digest(), end, Buffer.from(magic, "latin1")]));
    },
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
