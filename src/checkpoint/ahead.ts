/** A file of which ranges are read that mostly follow each other: while one is computed with, another thread reads the next. */
import { closeSync, openSync, read as readLater } from "node:fs";
import { readFully } from "./range.js";

export interface Ahead {
  /** The bytes, good until the next read. Of what follows them, up to `until`, as many again are read ahead. */
  read(position: number, length: number, until: number): Uint8Array<ArrayBuffer>;
  /** When what is read ahead is there; a read before that does not wait for it and reads by itself. */
  ready(): Promise<void>;
  close(): void;
}

interface Coming {
  position: number;
  length: number;
  isThere: boolean;
  done?: Promise<void>;
}

export function openAhead(path: string): Ahead {
  const handle = openSync(path, "r");
  let [own, next] = [new Uint8Array(0), new Uint8Array(0)];
  let coming: Coming | undefined;
  const roomIn = (buffer: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> =>
    buffer.length < length ? new Uint8Array(length) : buffer;
  const begin = (position: number, length: number): void => {
    next = roomIn(next, length);
    const one: Coming = { position, length, isThere: false };
    one.done = new Promise((resolve) => {
      readLater(handle, next, 0, length, position, (error, got) => {
        one.isThere = error === null && got === length;
        one.done = undefined;
        resolve();
      });
    });
    coming = one;
  };
  return {
    read(position, length, until) {
      if (coming?.isThere && coming.position === position && coming.length === length) [own, next] = [next, own];
      else {
        own = roomIn(own, length);
        readFully(handle, own.subarray(0, length), position);
      }
      const follows = Math.min(length, until - position - length);
      if (follows > 0 && !coming?.done) begin(position + length, follows);
      return own.subarray(0, length);
    },
    ready: () => coming?.done ?? Promise.resolve(),
    close() {
      if (coming?.done) void coming.done.then(() => closeSync(handle));
      else closeSync(handle);
    },
  };
}
