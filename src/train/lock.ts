/**
 * One writer per run folder: a file `lock` with the host and process that writes. A writer that was killed leaves it
 * behind, so a lock whose process is gone from this host counts for nothing. Not a lock against malice or network disks
 * that lie about exclusive creation.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";

const held = new Set<string>();

export interface LockOptions {
  dir: string;
  /** Milliseconds to wait for another writer; defaults to 0, Infinity waits until `signal`. */
  patience?: number;
  signal?: AbortSignal;
}

/** Resolves to the function that gives the folder free. */
export async function lock({ dir, patience = 0, signal }: LockOptions): Promise<() => void> {
  const path = join(dir, "lock");
  mkdirSync(dir, { recursive: true });
  for (let waited = 0; ; waited += 200) {
    if (!held.has(path) && take(path)) break;
    signal?.throwIfAborted();
    if (waited >= patience)
      throw new Error(
        `train: invalid dir: ${dir} is being written by ${writer(path)} (wait for it, name another folder, or remove ${path})`,
      );
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  held.add(path);
  return () => {
    held.delete(path);
    rmSync(path, { force: true });
  };
}

function take(path: string): boolean {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      writeFileSync(path, `${hostname()} ${process.pid}\n`, { flag: "wx" });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      if (alive(path)) return false;
      rmSync(path, { force: true });
    }
  }
  return false;
}

/** Whether the writer may still be there; what cannot be known counts as yes. */
function alive(path: string): boolean {
  const [host, pid] = owner(path);
  if (host === "" || host !== hostname()) return host !== "";
  if (pid === process.pid) return held.has(path);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function owner(path: string): [string, number] {
  try {
    const [host = "", pid = ""] = readFileSync(path, "utf8").trim().split(" ");
    return [host, Number(pid)];
  } catch {
    return ["", NaN];
  }
}

function writer(path: string): string {
  const [host, pid] = owner(path);
  return host === "" ? "another writer" : `process ${pid} on ${host}`;
}
