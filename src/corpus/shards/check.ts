/**
 * What can be known of a shard's bytes when it is opened: that they are those written (format 2 ends with a sha256 of all
 * that stands before it), that each id is in the vocabulary, and that documents end where, and with the bytes, that the
 * header says. One pass over the file, some 5 ms a megabyte.
 */
import { createHash } from "node:crypto";
import type { ShardHeader } from "./header.js";

export interface ShardCheck {
  header: ShardHeader;
  /** Bytes of the ids, and of all that the hash covers. */
  idBytes: number;
  covered: number;
  /** Absent in format 1. */
  sha256?: string;
  read: (position: number, length: number) => Uint8Array;
  fail: (what: string) => never;
}

/** Even, so that no id is cut in two. */
const piece = 1 << 20;

export function checkShard({ header, idBytes, covered, sha256, read, fail }: ShardCheck): void {
  const hash = createHash("sha256");
  const { starts, bytes, unspelled, vocabSize, endOfText, width } = header;
  const tokenBytes = Int32Array.from(header.tokenBytes);
  /** Tokens before that of this number are its document's, which ends there. */
  let [document, at, end, spelled] = [0, 0, starts[1]! - 1, 0];
  for (let from = 0; from < covered; from += piece) {
    const chunk = read(from, Math.min(piece, covered - from));
    if (sha256 !== undefined) hash.update(chunk);
    const whole = Math.max(0, Math.min(chunk.length, idBytes - from));
    const ids = width === 2 ? new Uint16Array(chunk.buffer, 0, whole / 2) : new Uint32Array(chunk.buffer, 0, whole / 4);
    for (let i = 0; i < ids.length;) {
      const own = Math.min(ids.length, i + end - at);
      at += own - i;
      for (; i < own; i++) {
        const id = ids[i]!;
        if (id >= vocabSize) fail(`token ${at - own + i} is ${id}, its vocabulary has ${vocabSize} ids`);
        spelled += tokenBytes[id]!;
      }
      if (i === ids.length) break;
      const id = ids[i++]!;
      at++;
      if (id !== endOfText) fail(`document ${document} ends with ${id}, not with the end of text, ${endOfText}`);
      if (spelled + unspelled[document]! !== bytes[document])
        fail(`document ${document} spells ${spelled} bytes, not ${bytes[document]! - unspelled[document]!}`);
      document++;
      end = starts[document + 1]! - 1;
      spelled = 0;
    }
  }
  if (sha256 !== undefined && hash.digest("hex") !== sha256) fail("it is not what was written: its sha256 differs");
}
