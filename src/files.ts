/**
 * One way to put a file on disk: the whole of it, or nothing. The bytes go to a temporary name in the same folder,
 * are forced to the device, and only then take the file's name, so a reader or a kill never meets half a file.
 * Not for appending (metrics.jsonl grows line by line) and not a lock: the last writer wins.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { threadId } from "node:worker_threads";

/** Writes `data` (text as UTF-8) to `path`, making the folder when it is missing. Throws one line naming the path and the cause. */
export function writeAtomically(path: string, data: string | Uint8Array): void {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}.${process.pid}-${threadId}.tmp`);
  try {
    mkdirSync(folder, { recursive: true });
    const file = openSync(temporary, "w");
    try {
      writeFileSync(file, data);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
    settle(folder);
  } catch (error) {
    discard(temporary);
    throw new Error(`writeAtomically: cannot write ${path}: ${reason(error)}`, { cause: error });
  }
}

/** Forces the folder's entry to the device; Windows has no such call, and there the rename alone must do. */
function settle(folder: string): void {
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

function discard(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // What failed first (a folder that cannot be made, a read-only disk) is the error worth reporting.
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

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === undefined ? String(message ?? error) : `${causes[code] ?? message} (${code})`;
}
