/**
 * A folder written anew with some tensors changed, a piece at a time: every other tensor is copied byte for byte, and a file
 * that holds no changed one whole. Files take their names when all of them are there and on the device, config.json last, so
 * that what was killed half-way is no model.
 */
import { closeSync, existsSync, mkdirSync, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import { breathe } from "../breathe.js";
import { atomicCopy, atomicFile, type AtomicFile, removeLeftovers, writeAtomically } from "../files.js";
import { folderFiles } from "../model/folder-files.js";
import { type Entry, layOut } from "../model/safetensors-header.js";
import { retoldFiles } from "../model/saved-files.js";
import { indexFile, indexOf, singleFile } from "../model/weight-files.js";
import type { OnProgress, Tokenizer } from "../types.js";
import type { Folder } from "./folder.js";
import { copyBytes, type Range } from "./range.js";

/** What is not as it was. */
export interface Rewritten {
  tokenizer: Tokenizer;
  /** Fields of config.json. */
  config: Record<string, unknown>;
  /** By name in the files. */
  tensors: ReadonlyMap<string, Rewrite>;
}

export interface Rewrite {
  /** Its entry in the header then, wherever that lies. */
  as(entry: Entry): Entry;
  /** Writes as many bytes; `from` at `position` are those that it had. */
  write(range: Range): Promise<void>;
}

export interface WriteOptions {
  folder: Folder;
  out: string;
  rewritten: Rewritten;
  signal?: AbortSignal | undefined;
  onProgress?: OnProgress | undefined;
}

/** Gives the files of the folder which are not written, each with the reason. */
export async function writeFolder(options: WriteOptions): Promise<Record<string, string>> {
  const { folder, out, rewritten, signal, onProgress } = options;
  const { dir, headers, duplicates } = folder;
  const changed = rewritten.tensors;
  const tensors = Object.fromEntries(
    Object.entries(headers).map(([file, { entries }]) => [
      file,
      entries
        .filter(({ name }) => !duplicates.includes(name))
        .map((entry) => changed.get(entry.name)?.as(entry) ?? entry),
    ]),
  );
  const { files, leftOut } = retoldFiles({
    origin: { ...folderFiles(dir, Object.keys(headers)), tokenizer: folder.tokenizer },
    tokenizer: rewritten.tokenizer,
    config: (json) => ({
      ...json,
      ...rewritten.config,
      ...(folder.claimsTied && folder.output && { tie_word_embeddings: false }),
    }),
    index: (json) => indexOf(tensors, json),
  });
  mkdirSync(out, { recursive: true });
  for (const file of Object.keys(headers)) removeLeftovers(join(out, file));
  const pending: AtomicFile[] = [];
  try {
    for (const [done, [file, { entries }]] of Object.entries(headers).entries()) {
      onProgress?.({ label: "writing", done, total: Object.keys(headers).length, note: file });
      await breathe(signal);
      if (!entries.some(({ name }) => changed.has(name) || duplicates.includes(name)))
        pending.push(await atomicCopy(join(out, file), join(dir, file)));
      else {
        pending.push(atomicFile(join(out, file)));
        await rewrite(file, pending.at(-1)!);
      }
    }
    for (const file of pending) {
      await breathe(signal);
      file.commit();
    }
  } finally {
    for (const file of pending) file.discard();
  }
  rmSync(join(out, singleFile in headers ? indexFile : singleFile), { force: true });
  const { "config.json": config, [indexFile]: index, ...others } = files;
  for (const [name, data] of Object.entries(others)) writeAtomically(join(out, name), data);
  if (index !== undefined && !(singleFile in headers)) writeAtomically(join(out, indexFile), index);
  writeAtomically(join(out, "config.json"), config!);
  return leftOut;

  async function rewrite(file: string, to: AtomicFile): Promise<void> {
    const { entries: old, metadata, start } = headers[file]!;
    const { head, entries } = layOut(tensors[file]!, metadata);
    // Of a folder that is made up of several, every tensor is written anew.
    const isThere = existsSync(join(dir, file));
    const from = isThere ? openSync(join(dir, file), "r") : -1;
    try {
      to.write(head);
      for (const { name } of entries) {
        const was = old.find((entry) => entry.name === name)!;
        const range = { from, position: start + was.begin, to, signal };
        const own = changed.get(name);
        if (own) await own.write(range);
        else await copyBytes({ ...range, length: was.end - was.begin });
      }
    } finally {
      if (isThere) closeSync(from);
    }
  }
}
