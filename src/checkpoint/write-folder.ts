/**
 * A folder written anew with other tables, a piece at a time: every other tensor is copied byte for byte, and a file that
 * holds no table whole. Files take their names when all of them are there and on the device, config.json last, so that what
 * was killed half-way is no model.
 */
import { closeSync, mkdirSync, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import { breathe } from "../breathe.js";
import type { NewRows, Shared } from "../embed/index.js";
import { atomicCopy, atomicFile, type AtomicFile, removeLeftovers, writeAtomically } from "../files.js";
import { folderFiles } from "../model/folder-files.js";
import { fromFloat32 } from "../model/halves.js";
import { type Entry, layOut } from "../model/safetensors-header.js";
import { retoldFiles } from "../model/saved-files.js";
import { indexFile, indexOf, singleFile } from "../model/weight-files.js";
import type { OnProgress, Tokenizer } from "../types.js";
import type { Folder, Stored } from "./folder.js";
import { readFully } from "./stored-table.js";

export interface Change {
  tokenizer: Tokenizer;
  /** Rows of the tables then. */
  rows: number;
  /** Rows that are copied, and where to. */
  shared: Shared;
  /** Ids of the rows that are made. */
  newIds: Int32Array;
  /** By the tensor's name: those rows, and the row of all ids besides. */
  tables: NewRows["tables"];
}

export interface WriteOptions {
  folder: Folder;
  out: string;
  change: Change;
  signal?: AbortSignal | undefined;
  onProgress?: OnProgress | undefined;
}

/** Bytes that are held at once. */
const piece = 1 << 23;

/** Gives the files of the folder which are not written, each with the reason. */
export async function writeFolder(options: WriteOptions): Promise<Record<string, string>> {
  const { folder, out, change, signal, onProgress } = options;
  const { dir, headers, duplicate } = folder;
  const resized = new Map([folder.input, folder.output, folder.bias].flatMap((one) => (one ? [[one.name, one]] : [])));
  const resize = (entry: Entry): Entry =>
    resized.has(entry.name) ? { ...entry, shape: [change.rows, ...entry.shape.slice(1)] } : entry;
  const tensors = Object.fromEntries(
    Object.entries(headers).map(([file, { entries }]) => [
      file,
      entries.filter(({ name }) => name !== duplicate).map(resize),
    ]),
  );
  const { files, leftOut } = retoldFiles({
    origin: { ...folderFiles(dir, Object.keys(headers)), tokenizer: folder.tokenizer },
    tokenizer: change.tokenizer,
    config: (json) => ({
      ...json,
      vocab_size: change.rows,
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
      if (!entries.some(({ name }) => resized.has(name) || name === duplicate))
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
  if (index !== undefined) writeAtomically(join(out, indexFile), index);
  writeAtomically(join(out, "config.json"), config!);
  return leftOut;

  async function rewrite(file: string, to: AtomicFile): Promise<void> {
    const { entries: old, metadata, start } = headers[file]!;
    const { head, entries } = layOut(tensors[file]!, metadata);
    const from = openSync(join(dir, file), "r");
    const buffer = new Uint8Array(piece);
    try {
      to.write(head);
      for (const { name } of entries) {
        const was = old.find((entry) => entry.name === name)!;
        const range = { from, position: start + was.begin, buffer, to, signal };
        const table = resized.get(name);
        if (table) await writeRows({ ...range, was: table, change });
        else await copyBytes({ ...range, length: was.end - was.begin });
      }
    } finally {
      closeSync(from);
    }
  }
}

interface Range {
  from: number;
  position: number;
  buffer: Uint8Array;
  to: AtomicFile;
  signal: AbortSignal | undefined;
}

async function copyBytes({ from, position, length, buffer, to, signal }: Range & { length: number }): Promise<void> {
  for (let done = 0; done < length; done += buffer.length) {
    await breathe(signal);
    const part = buffer.subarray(0, Math.min(buffer.length, length - done));
    readFully(from, part, position + done);
    to.write(part);
  }
}

/** The rows of a table in their new order; runs of old rows that stay together are copied together. */
async function writeRows({ was, change, position, ...range }: Range & { was: Stored; change: Change }): Promise<void> {
  const { rows, shared, newIds, tables } = change;
  const { made, mean } = tables[was.name]!;
  const width = mean.length;
  const bytesPerRow = (was.end - was.begin) / was.shape[0]!;
  const many = Math.max(1, Math.floor(piece / bytesPerRow));
  const padding = -1;
  /** For each row the old row that it is, or `padding`, or -2 less the place of a row that is made. */
  const source = new Int32Array(rows).fill(padding);
  shared.target.forEach((id, n) => (source[id] = shared.base[n]!));
  newIds.forEach((id, n) => (source[id] = -2 - n));
  const meanRow = Float32Array.from(mean);
  for (let row = 0; row < rows;) {
    const first = source[row]!;
    let count = 1;
    if (first >= 0) {
      while (row + count < rows && source[row + count] === first + count) count++;
      await copyBytes({ ...range, position: position + first * bytesPerRow, length: count * bytesPerRow });
    } else {
      while (count < many && row + count < rows && source[row + count]! < 0) count++;
      const numbers = new Float32Array(count * width);
      for (let at = 0; at < count; at++) {
        const n = -2 - source[row + at]!;
        numbers.set(n < 0 ? meanRow : made.subarray(n * width, (n + 1) * width), at * width);
      }
      range.to.write(fromFloat32(numbers, was.dtype));
    }
    row += count;
  }
}
