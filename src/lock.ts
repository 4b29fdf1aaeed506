/**
 * One writer per folder: a file `lock` that says who writes (`lock-owner.ts`) and is touched while it does. What a killed
 * writer left counts for nothing. Not a lock against malice, nor against a computer that sleeps for a minute and wakes
 * between a look at its lock and the write.
 *
 * A lock is written under another name and linked to its own, which fails where there is one. A dead one is replaced and
 * never removed first, and only by whoever holds the claim on it: a lock of the same kind, named by the dead one's nonce.
 * So nobody replaces what he did not look at, and a claim whose holder was killed is taken over like any lock.
 */
import {
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { describeOwner, isAbandoned, isHere, lineOf, type Owner, ownerHere, ownerOf } from "./lock-owner.js";

export interface LockOptions {
  dir: string;
  /** Begins the line of an error; defaults to "lock". */
  caller?: string;
  /** Milliseconds to wait for another writer; defaults to 0, Infinity waits until `signal`. */
  patience?: number;
  signal?: AbortSignal;
  /** Called once, with the writer's name, if there is a wait. */
  onWait?: (writer: string) => void;
}

export interface Lock {
  /** Throws one line where the lock is no longer held: nothing may be written any more. Look before each write. */
  check(): void;
  /** Lets others write. */
  release(): void;
}

/** Milliseconds between two touches. */
const beat = 5_000;

export async function lock(options: LockOptions): Promise<Lock> {
  const { caller = "lock", patience = 0, signal, onWait } = options;
  const dir = resolve(options.dir);
  const path = join(dir, "lock");
  const own = ownerHere();
  mkdirSync(dir, { recursive: true });
  for (let waited = 0; !attempt(path, own, caller); waited += 200) {
    signal?.throwIfAborted();
    const writer = describeOwner(path);
    if (waited >= patience)
      throw new Error(
        `${caller}: invalid dir: ${dir} is being written by ${writer} (wait for it, name another folder, or remove ${path})`,
      );
    if (waited === 0) onWait?.(writer);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  removeLeftovers(dir, own);
  const isMine = (): boolean => ownerOf(path)?.nonce === own.nonce;
  const timer = setInterval(() => touch(path, own), beat).unref();
  return {
    check() {
      if (isMine()) return;
      const now = existsSync(path) ? `${describeOwner(path)} has taken it over` : "its lock is gone";
      throw new Error(`${caller}: lost ${dir}: ${now} (nothing more is written there)`);
    },
    release() {
      clearInterval(timer);
      if (isMine()) rmSync(path, { force: true });
    },
  };
}

export interface Writer {
  host: string;
  pid: number;
  /** Whether that is a process that this one could send a signal. */
  here: boolean;
}

/** Who writes in the folder now, as far as can be told: elsewhere whoever touched the lock within the last minute. */
export function writerOf(dir: string): Writer | undefined {
  const path = join(dir, "lock");
  const owner = ownerOf(path);
  return owner && !isAbandoned(path, Date.now())
    ? { host: owner.host, pid: owner.pid, here: isHere(owner) }
    : undefined;
}

function attempt(path: string, own: Owner, caller: string): boolean {
  try {
    return take(path, own);
  } catch (error) {
    throw new Error(`${caller}: cannot write ${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** Whether `path` is now `own`'s. */
function take(path: string, own: Owner): boolean {
  const written = `${path}.${own.nonce}.tmp`;
  try {
    writeFileSync(written, lineOf(own));
    // The file's own time: the clock of the machine that keeps the files.
    const now = statSync(written).mtimeMs;
    while (!link(written, path, own)) {
      const before = ownerOf(path)?.nonce;
      if (!isAbandoned(path, now)) {
        if (existsSync(path)) return false;
        continue; // Released this moment.
      }
      const claim = `${path}.${before ?? "unnamed"}`;
      if (!take(claim, own)) return false;
      try {
        if (ownerOf(path)?.nonce !== before || !isAbandoned(path, now)) return false;
        renameSync(written, path);
        return true;
      } finally {
        rmSync(claim, { force: true });
      }
    }
    return true;
  } finally {
    rmSync(written, { force: true });
  }
}

/** Gives `path` the bytes of `written`, if there is no `path` yet. */
function link(written: string, path: string, own: Owner): boolean {
  try {
    linkSync(written, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Over a network, an answer that was lost is asked for again.
    if (code === "EEXIST") return ownerOf(path)?.nonce === own.nonce;
    if (code !== "EPERM" && code !== "ENOTSUP" && code !== "ENOSYS") throw error;
  }
  // A file system without links, such as exFAT: there is an instant in which the lock is empty.
  try {
    writeFileSync(path, lineOf(own), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Writes the same bytes again, into the very file that was read: another's lock is never touched. */
function touch(path: string, own: Owner): void {
  try {
    const file = openSync(path, "r+");
    try {
      if (readFileSync(file, "utf8") === lineOf(own)) writeSync(file, lineOf(own), 0);
    } finally {
      closeSync(file);
    }
  } catch {
    // The folder was removed, or the disk is full; the next look or write says so.
  }
}

/** Claims and unfinished locks of writers that were killed in the middle of taking over. */
function removeLeftovers(dir: string, own: Owner): void {
  const now = statSync(join(dir, "lock")).mtimeMs;
  for (const name of readdirSync(dir))
    if (name.startsWith("lock.") && !name.includes(own.nonce) && isAbandoned(join(dir, name), now))
      rmSync(join(dir, name), { force: true });
}
