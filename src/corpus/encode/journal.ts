/**
 * The folder in which an encoding that was cut off is found by the next: what is written of its shards, what its steps remember, and
 * progress.json, which says how much of each counts. It is gone when all is encoded.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../../files.js";
import { lock } from "../../lock.js";
import { type FileLog, fileLog } from "../logs/file-log.js";
import type { Log } from "../logs/log.js";

export interface JournalOptions {
  dir: string;
  /** By name all that the result depends on, so that what changed can be named. */
  identity: Record<string, string>;
}

/** What progress.json holds, after a line with its hash. */
interface Progress<Done, Now> {
  identity: Record<string, string>;
  /** Languages that are encoded. */
  done: Record<string, Done>;
  /** How far the next one is. */
  now?: { language: string; state: Now } | undefined;
  /** Bytes of the logs that count. */
  logs: Record<string, number>;
}

export interface Journal<Done, Now> {
  readonly done: Readonly<Record<string, Done>>;
  readonly now: { language: string; state: Now } | undefined;
  /** The log of this name, as long as was saved. One that was `put` already is taken back from `path`. */
  log(name: string, path?: string): Log;
  /** Notes that so much of each log belongs to the state. */
  save(language: string, state: Now, logs: Record<string, number>): void;
  /** Makes a log a file of its own. */
  put(name: string, path: string): void;
  /** Notes that a language is done; of its logs, those whose name it begins, none is needed any more. */
  finish(language: string, done: Done, logs: Record<string, number>): void;
  /** Leaves what is saved to the next, and with `all` done nothing. */
  close(all: boolean): void;
}

export const journalFolder = (dir: string): string => join(dir, ".encoding");

/** Throws one line where another process writes there, or where it was begun with something else. */
export async function openJournal<Done, Now>({ dir, identity }: JournalOptions): Promise<Journal<Done, Now>> {
  const folder = journalFolder(dir);
  const held = await lock({ dir: folder, caller: "encode" });
  const path = join(folder, "progress.json");
  const opened = new Map<string, FileLog>();
  let saved: Progress<Done, Now> | undefined;
  const close = (all: boolean): void => {
    for (const log of opened.values()) log.close();
    opened.clear();
    if (all || !saved) rmSync(folder, { recursive: true, force: true });
    held.release();
  };
  const write = (progress: Progress<Done, Now>): void => {
    held.check();
    for (const log of opened.values()) log.sync();
    const json = JSON.stringify(progress);
    writeAtomically(path, `${sumOf(json)}\n${json}`);
    saved = progress;
  };
  try {
    if (existsSync(path)) saved = read<Done, Now>(path, folder, identity);
    else for (const name of readdirSync(folder)) if (name !== "lock") rmSync(join(folder, name), { recursive: true });
  } catch (error) {
    held.release();
    throw error;
  }
  const own: Journal<Done, Now> = {
    get done() {
      return saved?.done ?? {};
    },
    get now() {
      return saved?.now;
    },
    log(name, put) {
      const file = join(folder, name);
      const size = saved?.logs[name] ?? 0;
      if (size > 0 && put !== undefined && !existsSync(file) && existsSync(put)) renameSync(put, file);
      const log = opened.get(name) ?? fileLog(file, size);
      opened.set(name, log);
      return log;
    },
    save: (language, state, logs) => write({ identity, done: own.done, now: { language, state }, logs }),
    put(name, to) {
      const log = opened.get(name)!;
      log.sync();
      log.close();
      opened.delete(name);
      renameSync(join(folder, name), to);
    },
    finish(language, done, logs) {
      write({ identity, done: { ...own.done, [language]: done }, logs });
      for (const [name, log] of opened)
        if (!(name in logs)) {
          log.close();
          opened.delete(name);
        }
      for (const name of readdirSync(folder)) if (name.startsWith(`${language}.`)) rmSync(join(folder, name));
    },
    close,
  };
  return own;
}

const sumOf = (json: string): string => createHash("sha256").update(json).digest("hex");

function read<Done, Now>(path: string, folder: string, identity: Record<string, string>): Progress<Done, Now> {
  let progress: Progress<Done, Now>;
  try {
    const [sum, json = ""] = readFileSync(path, "utf8").split("\n");
    if (sum !== sumOf(json)) throw new Error("not what was written");
    progress = JSON.parse(json) as Progress<Done, Now>;
  } catch (error) {
    throw new Error(`encode: damaged ${path} (remove ${folder} to begin anew)`, { cause: error });
  }
  const names = [...new Set([...Object.keys(identity), ...Object.keys(progress.identity)])];
  const changed = names.filter((name) => identity[name] !== progress.identity[name]);
  const more = changed.length > 4 ? ` and ${changed.length - 4} more` : "";
  if (changed.length > 0)
    throw new Error(
      `encode: ${folder} holds an encoding that was cut off, with another ${changed.slice(0, 4).join(", another ")}${more} (give what it was given to go on, or remove the folder to begin anew)`,
    );
  return progress;
}
