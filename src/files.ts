/**
 * One way to put a file on disk: the whole of it, or nothing. The bytes go to a temporary name in the same folder,
 * are forced to the device, and only then take the file's name, so a reader or a kill never meets half a file.
 * Not for appending (metrics.jsonl grows line by line) and not a lock: the last writer wins. And the sum by which a file
 * that was put there is known again.
 */
import { createHash } from "node:crypto";
import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { copyFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { threadId } from "node:worker_threads";

/** A file that grows piece by piece and appears under its name only with `commit`. */
export interface AtomicFile {
  /** Adds text as UTF-8, or bytes. */
  write(data: string | Uint8Array): void;
  commit(): void;
  /** Leaves nothing behind; without effect after `commit`. Call it in a `finally`. */
  discard(): void;
}

/** Writes `data` (text as UTF-8) to `path`, making the folder when it is missing. Throws one line naming the path and the cause. */
export function writeAtomically(path: string, data: string | Uint8Array): void {
  const file = atomicFile(path);
  file.write(data);
  file.commit();
}

/** Tells apart two files that this thread writes to one path at the same time. */
let serial = 0;

/** For what is too large or too slow to hold first. An error of any method removes the temporary file, and is one line. */
export function atomicFile(path: string): AtomicFile {
  return begun(path, temporaryOf(path), "w");
}

/** The same, begun as a copy of the file `from`, which shares its blocks where the file system can. */
export async function atomicCopy(path: string, from: string): Promise<AtomicFile> {
  const temporary = temporaryOf(path);
  try {
    mkdirSync(dirname(path), { recursive: true });
    await copyFile(from, temporary, constants.COPYFILE_FICLONE);
    chmodSync(temporary, 0o644);
  } catch (error) {
    remove(temporary);
    throw new Error(`writeAtomically: cannot write ${path}: ${reasonOf(error)}`, { cause: error });
  }
  return begun(path, temporary, "a");
}

/** Removes what a killed process left of its attempt at `path`; for a folder with one writer. */
export function removeLeftovers(path: string): void {
  const folder = dirname(path);
  const begins = `.${basename(path)}.`;
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder))
    if (name.startsWith(begins) && /\.\d+-\d+-\d+\.tmp$/.test(name)) remove(join(folder, name));
}

const temporaryOf = (path: string): string =>
  join(dirname(path), `.${basename(path)}.${process.pid}-${threadId}-${serial++}.tmp`);

function begun(path: string, temporary: string, flags: "w" | "a"): AtomicFile {
  const folder = dirname(path);
  let handle: number | undefined;
  let pending = true;

  const close = (): void => {
    if (handle !== undefined) closeSync(handle);
    handle = undefined;
  };
  const discard = (): void => {
    if (!pending) return;
    pending = false;
    try {
      close();
    } catch {
      // A full disk may say so again on closing.
    }
    remove(temporary);
  };
  const attempt = (action: () => void): void => {
    try {
      action();
    } catch (error) {
      discard();
      throw new Error(`writeAtomically: cannot write ${path}: ${reasonOf(error)}`, { cause: error });
    }
  };

  attempt(() => {
    mkdirSync(folder, { recursive: true });
    handle = openSync(temporary, flags);
  });
  return {
    write: (data) => attempt(() => writeFileSync(handle!, data)),
    commit: () =>
      attempt(() => {
        fsyncSync(handle!);
        close();
        renameSync(temporary, path);
        pending = false;
        syncFolder(folder);
      }),
    discard,
  };
}

/** What a file is read into on its way to its sum. Memory that is not written to costs nothing. */
const piece = Buffer.allocUnsafeSlow(1 << 20);

/** sha256 of a file's first `bytes`, all by default, in hexadecimal, read piece by piece. Errors are the file system's own. */
export function sha256OfFile(path: string, bytes = Infinity): string {
  const hash = createHash("sha256");
  const handle = openSync(path, "r");
  try {
    for (let got, left = bytes; (got = readSync(handle, piece, 0, Math.min(piece.length, left), null)) > 0; left -= got)
      hash.update(piece.subarray(0, got));
  } finally {
    closeSync(handle);
  }
  return hash.digest("hex");
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // What failed first (a folder that cannot be made, a read-only disk) is the error worth reporting.
  }
}

/** Forces the folder's entry to the device; Windows has no such call, and there the rename alone must do. */
export function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  let handle: number | undefined;
  try {
    handle = openSync(folder, "r");
    fsyncSync(handle);
  } catch {
    // Some network and memory file systems refuse to sync a folder; the file itself is already safe.
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

const causes: Record<string, string> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EROFS: "the file system is read-only",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of the path is not a folder",
  EEXIST: "a part of the path is not a folder",
};

/** Of an error of the file system, in words. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === undefined ? String(message ?? error) : `${causes[code] ?? message} (${code})`;
}
