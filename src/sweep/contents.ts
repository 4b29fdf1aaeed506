/** What a path holds that a recipe names: a file, a folder with everything below it that is not hidden, or what a glob finds. */
import { createHash, type Hash } from "node:crypto";
import { createReadStream, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { expand } from "../corpus/sources/paths.js";

export interface Content {
  /** Hexadecimal, 16 digits: of the bytes, and in a folder of the files' names. */
  hash: string;
  /** Newest change of a file, in milliseconds. */
  changed: number;
  /** Of the files' names, sizes and times; nothing where one was changed so lately that its next change may not show in them. */
  stamp?: string;
}

/** Milliseconds between two times that every file system tells apart; of many it is 10, of FAT 2,000. */
const tick = 2000;

/** Nothing where there is nothing to read: that is for the run to complain about. */
export async function contentOf(path: string): Promise<Content | undefined> {
  try {
    const files = filesOf(path);
    if (files.length === 0) return undefined;
    // Before they are read: what is changed meanwhile has another stamp.
    const [now, { stamp, changed }] = [Date.now(), look(files)];
    const hash = createHash("sha256");
    for (const file of files) {
      if (file !== path) hash.update(`\n${relative(path, file)}\n`);
      await feed(hash, file);
    }
    return { hash: hash.digest("hex").slice(0, 16), changed, ...(changed < now - tick && { stamp }) };
  } catch {
    return undefined;
  }
}

/** Whether a path still holds what it did; its bytes are read again only where a file was touched. */
export async function holds(path: string, { hash, stamp }: Content): Promise<boolean> {
  try {
    if (look(filesOf(path)).stamp === stamp) return true;
  } catch {
    return false;
  }
  return (await contentOf(path))?.hash === hash;
}

/** The first path that does not hold any more what it did. */
export async function changedOf(contents: Iterable<readonly [string, Content]>): Promise<string | undefined> {
  for (const [path, content] of contents) if (!(await holds(path, content))) return path;
  return undefined;
}

/** Regular files only: a pipe or a device has no bytes to come back to. */
function filesOf(path: string): string[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return expand(path);
  if (stat.isFile()) return [path];
  if (!stat.isDirectory()) return [];
  const entries = readdirSync(path, { withFileTypes: true }).filter(({ name }) => !name.startsWith("."));
  return entries
    .map(({ name }) => name)
    .sort()
    .flatMap((name) => filesOf(join(path, name)));
}

function look(files: readonly string[]): { stamp: string; changed: number } {
  const stats = files.map((file) => statSync(file));
  const seen = stats.map(({ size, mtimeMs }, i) => `${files[i]!} ${size} ${mtimeMs}\n`);
  return {
    stamp: createHash("sha256").update(seen.join("")).digest("hex").slice(0, 16),
    changed: stats.reduce((newest, { mtimeMs }) => Math.max(newest, mtimeMs), 0),
  };
}

async function feed(hash: Hash, path: string): Promise<void> {
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
}
