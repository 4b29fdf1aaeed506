/** A log in a file of its own: added to in pieces, taken up at the size that somebody has noted, forced to the device when asked. */
import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from "node:fs";
import { reasonOf } from "../../files.js";
import type { Log } from "./log.js";

export interface FileLog extends Log {
  /** Forces to the device what was added. */
  sync(): void;
  close(): void;
}

/** Bytes that are held back at most, and that are read at once. */
const piece = 1 << 16;

/** What stands after the first `size` bytes of the file, nothing by default, goes. Throws one line where there are fewer. */
export function fileLog(path: string, taken = 0): FileLog {
  const handle = openSync(path, taken > 0 ? "r+" : "w+");
  if (fstatSync(handle).size < taken) {
    closeSync(handle);
    throw new Error(`encode: ${path} was cut short by somebody else; remove its folder to begin anew`);
  }
  ftruncateSync(handle, taken);
  const held = Buffer.alloc(piece);
  let [written, pending] = [taken, 0];
  const attempt = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      throw new Error(`encode: cannot write ${path}: ${reasonOf(error)}; mended, the same call goes on`, {
        cause: error,
      });
    }
  };
  const put = (bytes: Uint8Array): void => {
    attempt(() => {
      for (let done = 0; done < bytes.length;)
        done += writeSync(handle, bytes, done, bytes.length - done, written + done);
    });
    written += bytes.length;
  };
  const flush = (): void => {
    if (pending > 0) put(held.subarray(0, pending));
    pending = 0;
  };
  return {
    get size() {
      return written + pending;
    },
    append(data) {
      if (pending + data.length > piece) flush();
      if (data.length > piece) return put(data);
      held.set(data, pending);
      pending += data.length;
    },
    *pieces(from = 0) {
      flush();
      const bytes = Buffer.alloc(piece);
      for (let at = from, end = written; at < end;) {
        const got = readSync(handle, bytes, 0, Math.min(piece, end - at), at);
        if (got === 0) throw new Error(`encode: ${path} was cut short by somebody else`);
        yield bytes.subarray(0, got);
        at += got;
      }
    },
    sync() {
      flush();
      attempt(() => fsyncSync(handle));
    },
    close: () => closeSync(handle),
  };
}
