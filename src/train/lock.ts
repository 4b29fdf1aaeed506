/**
 * One writer per run folder: a file `lock` that names the host and process that writes and is touched while it does. A writer
 * that was killed leaves it behind: it counts for nothing once its process is gone from this host, or, written on another
 * host, once it was not touched for a minute. Not a lock against malice.
 */
import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";

export interface LockOptions {
  dir: string;
  /** Milliseconds to wait for another writer; defaults to 0, Infinity waits until `signal`. */
  patience?: number;
  signal?: AbortSignal;
  /** Called once, with the writer's name, if there is a wait. */
  onWait?: (writer: string) => void;
}

/** Milliseconds between two touches, and without one until a lock of another host is dead. */
const beat = 5_000;
const dead = 60_000;

/** Folders that this process writes: a lock with its own number is otherwise a dead namesake's. */
const held = new Set<string>();

/** Resolves to the function that gives the folder free. */
export async function lock({ dir, patience = 0, signal, onWait }: LockOptions): Promise<() => void> {
  const path = join(dir, "lock");
  mkdirSync(dir, { recursive: true });
  for (let waited = 0; held.has(path) || !take(path); waited += 200) {
    signal?.throwIfAborted();
    const writer = nameOf(path);
    if (waited >= patience)
      throw new Error(
        `train: invalid dir: ${dir} is being written by ${writer} (wait for it, name another folder, or remove ${path})`,
      );
    if (waited === 0) onWait?.(writer);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  held.add(path);
  const timer = setInterval(() => touch(path), beat).unref();
  return () => {
    clearInterval(timer);
    held.delete(path);
    rmSync(path, { force: true });
  };
}

function take(path: string): boolean {
  if (abandoned(path)) rmSync(path, { force: true });
  try {
    writeFileSync(path, `${hostname()} ${process.pid}\n`, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw new Error(`train: cannot write ${path}: ${(error as Error).message}`, { cause: error });
  }
}

function abandoned(path: string): boolean {
  const { host, pid } = ownerOf(path);
  // Writing the name takes no time: an empty lock that stays empty was cut short by a kill.
  if (host === "") return agedBeyond(path, 2_000);
  if (host !== hostname()) return agedBeyond(path, dead);
  if (pid === process.pid) return !held.has(path);
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "EPERM";
  }
}

/** False for a file that is not there. */
function agedBeyond(path: string, milliseconds: number): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && Date.now() - stat.mtimeMs > milliseconds;
}

function touch(path: string): void {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // The folder was removed from under the run; its next write says so.
  }
}

/** An empty host where the file is absent, or not written whole yet. */
function ownerOf(path: string): { host: string; pid: number } {
  try {
    const [, host = "", pid = ""] = /^(\S+) (\d+)\n$/.exec(readFileSync(path, "utf8")) ?? [];
    return { host, pid: Number(pid) };
  } catch {
    return { host: "", pid: NaN };
  }
}

function nameOf(path: string): string {
  const { host, pid } = ownerOf(path);
  return host === "" ? "another writer" : `process ${pid} on ${host}`;
}
