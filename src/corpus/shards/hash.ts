/** The name of what a shard holds: the documents with their borders and marks, and how they are encoded. Equal hashes, equal shards. */
import { createHash } from "node:crypto";
import type { Mark, Tokenizer } from "../../types.js";

export interface DocumentsHash {
  /** Whether any document so far has marks. */
  readonly marked: boolean;
  add(text: string, marks?: readonly Mark[]): void;
  /** In hexadecimal; nothing can be added after. */
  digest(): string;
}

export function documentsHash(tokenizer: Tokenizer): DocumentsHash {
  const hash = createHash("sha256").update(`format 1 ${tokenizerHash(tokenizer)} ${tokenizer.endOfText}`);
  /** Of each document its marks as they are hashed, or the length of one that has none and counts whole beside others. */
  const all: (string | number)[] = [];
  let marked = false;
  return {
    get marked() {
      return marked;
    },
    add(text, marks) {
      hash.update(`\n${Buffer.byteLength(text)}\n`).update(text);
      all.push(marks ? JSON.stringify(marks.map(({ from, to, weight }) => [from, to, weight])) : text.length);
      marked ||= marks !== undefined;
    },
    digest() {
      const own = all.map((marks) => (typeof marks === "number" ? `[[0,${marks},1]]` : marks));
      if (marked) hash.update(`\nmarks [${own.join(",")}]`);
      return hash.digest("hex");
    },
  };
}

/** Hash of the tokenizer.json as it would be saved. */
export function tokenizerHash(tokenizer: Tokenizer): string {
  return createHash("sha256").update(JSON.stringify(tokenizer.json)).digest("hex");
}
