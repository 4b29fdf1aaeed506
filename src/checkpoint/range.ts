/** Bytes of one file that go to another, a piece at a time. */
import { readSync } from "node:fs";
import { breathe } from "../breathe.js";
import type { AtomicFile } from "../files.js";

export interface Range {
  /** An open file. */
  from: number;
  position: number;
  to: AtomicFile;
  signal: AbortSignal | undefined;
}

/** Bytes that are held at once. */
export const piece = 1 << 23;

export async function copyBytes({ from, position, length, to, signal }: Range & { length: number }): Promise<void> {
  const buffer = new Uint8Array(Math.min(piece, length));
  for (let done = 0; done < length; done += buffer.length) {
    await breathe(signal);
    const part = buffer.subarray(0, Math.min(buffer.length, length - done));
    readFully(from, part, position + done);
    to.write(part);
  }
}

/** Fills `into`. */
export function readFully(handle: number, into: Uint8Array, position: number): void {
  for (let done = 0; done < into.length;) {
    const got = readSync(handle, into, done, into.length - done, position + done);
    if (got === 0) throw new Error("load: invalid weights: a file became shorter while it was read");
    done += got;
  }
}
