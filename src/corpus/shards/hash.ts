/**
 * The name of what a shard holds: the documents with their borders and marks, and how they are encoded. Equal hashes, equal shards.
 * A chain, each link the SHA-256 of the one before and a document, so that it goes on from any of its links.
 */
import { createHash } from "node:crypto";
import type { Mark, Tokenizer } from "../../types.js";
import { appendNumbers, linesOf, type Log, memoryLog, records } from "../logs/log.js";

export interface DocumentsHash {
  /** Whether any document so far has marks. */
  readonly marked: boolean;
  add(text: string, marks?: readonly Mark[]): void;
  /** By which the hash goes on, given the same logs: in hexadecimal. */
  state(): string;
  /** In hexadecimal. */
  digest(): string;
}

export interface DocumentsHashOptions {
  tokenizer: Tokenizer;
  past?: string | undefined;
  /** Of each document its length, and of marked ones their marks, as lines; in memory by default. */
  lengths?: Log;
  marks?: Log;
}

export function documentsHash(options: DocumentsHashOptions): DocumentsHash {
  const { tokenizer, past, lengths = memoryLog(), marks: marked = memoryLog() } = options;
  let link = past ?? `format 2 ${tokenizerHash(tokenizer)} ${tokenizer.endOfText}`;
  const length = new Int32Array(1);
  return {
    get marked() {
      return marked.size > 0;
    },
    add(text, marks) {
      link = createHash("sha256").update(`${link}\n`).update(text).digest("hex");
      if (marks) {
        const own = JSON.stringify(marks.map(({ from, to, weight }) => [from, to, weight]));
        marked.append(Buffer.from(`${own}\n`));
      }
      // One that has none counts whole beside others.
      length[0] = marks ? -1 : text.length;
      appendNumbers(lengths, length);
    },
    state: () => link,
    digest() {
      const hash = createHash("sha256").update(link);
      if (marked.size > 0) {
        const lines = linesOf(marked);
        let before = "\nmarks [";
        for (const [length] of records(lengths, 1)) {
          hash.update(before + (length === -1 ? lines.next().value!.line : `[[0,${length},1]]`));
          before = ",";
        }
        hash.update("]");
      }
      return hash.digest("hex");
    },
  };
}

/** Hash of the tokenizer.json as it would be saved. */
export function tokenizerHash(tokenizer: Tokenizer): string {
  return createHash("sha256").update(JSON.stringify(tokenizer.json)).digest("hex");
}
