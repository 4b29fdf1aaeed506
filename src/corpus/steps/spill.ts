/** Documents on disk, batch by batch, where a text must be gone through twice and may be larger than memory. */
import { closeSync, mkdtempSync, openSync, readdirSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Document } from "../types.js";

export interface Spill {
  add(batch: readonly Document[]): void;
  /** Every batch again, in order. */
  batches(): Generator<Document[]>;
  /** Nothing is left of it. */
  remove(): void;
}

const prefix = ".palimpsest-pipe-";

/** Removes what killed processes left; for a folder that nobody else uses now. */
export function removeSpills(folder: string): void {
  for (const name of readdirSync(folder))
    if (name.startsWith(prefix)) rmSync(join(folder, name), { recursive: true, force: true });
}

/** Each batch is its length in bytes, 6 of them, and JSON, which keeps halves of surrogate pairs too. */
export function spill(folder = tmpdir()): Spill {
  const own = mkdtempSync(join(folder, prefix));
  const handle = openSync(join(own, "documents"), "w+");
  let size = 0;
  const write = (bytes: Buffer): void => {
    for (let done = 0; done < bytes.length;) done += writeSync(handle, bytes, done, bytes.length - done, size + done);
    size += bytes.length;
  };
  const read = (at: number, length: number): Buffer => {
    const bytes = Buffer.alloc(length);
    for (let done = 0; done < length;) {
      const got = readSync(handle, bytes, done, length - done, at + done);
      if (got === 0) throw new Error(`pipe: ${own} was cut short by somebody else`);
      done += got;
    }
    return bytes;
  };
  return {
    add(batch) {
      const json = Buffer.from(JSON.stringify(batch));
      const length = Buffer.alloc(6);
      length.writeUIntLE(json.length, 0, 6);
      write(length);
      write(json);
    },
    *batches() {
      for (let at = 0; at < size;) {
        const length = read(at, 6).readUIntLE(0, 6);
        yield JSON.parse(read(at + 6, length).toString()) as Document[];
        at += 6 + length;
      }
    },
    remove() {
      closeSync(handle);
      rmSync(own, { recursive: true, force: true });
    },
  };
}
