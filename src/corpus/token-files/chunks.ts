/** Items gathered into files of at most so many bytes: what MDS shards and litdata chunks have in common. */
import { join } from "node:path";
import { writeAtomically } from "../../files.js";
import { words } from "./packed.js";

export interface Chunk {
  name: string;
  bytes: number;
  items: number;
  tokens: number;
}

export interface ChunksOptions {
  dir: string;
  /** Of the nth file. */
  nameOf(n: number): string;
  /** Stands between the offsets and the items. */
  head?: Uint8Array;
  /** Bytes of a file; an item of more has one for itself. */
  limit: number;
}

export interface Chunks {
  add(item: Uint8Array, tokens: number): void;
  /** Writes the last; all of them. */
  end(): Chunk[];
}

/** Each file is the number of items, where each begins and where the last ends, counted from the file's start, all u32; then the items. */
export function chunks({ dir, nameOf, head = new Uint8Array(), limit }: ChunksOptions): Chunks {
  const done: Chunk[] = [];
  let items: Uint8Array[] = [];
  let bytes = 0;
  let tokens = 0;
  const start = (count: number): number => 4 * (count + 2) + head.length;

  function flush(): void {
    if (items.length === 0) return;
    let at = start(items.length);
    if (at + bytes >= 2 ** 32) throw new Error("tokenFiles: invalid row: it makes a file of 2^32 bytes or more");
    const offsets = [at, ...items.map((item) => (at += item.length))];
    const name = nameOf(done.length);
    writeAtomically(join(dir, name), Buffer.concat([words([items.length, ...offsets]), head, ...items]));
    done.push({ name, bytes: at, items: items.length, tokens });
    [items, bytes, tokens] = [[], 0, 0];
  }

  return {
    add(item, count) {
      if (start(items.length + 1) + bytes + item.length > limit) flush();
      items.push(item);
      bytes += item.length;
      tokens += count;
    },
    end() {
      flush();
      if (done.length === 0) throw new Error("tokenFiles: invalid rows: none (a file needs a token)");
      return done;
    },
  };
}
