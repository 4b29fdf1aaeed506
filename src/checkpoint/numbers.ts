/** The tensors of a folder as merging reads them: by the names of the kind of model, ranges of numbers at a time. */
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { parameterShapes } from "../architecture/index.js";
import type { Numbers, Source } from "../merge/index.js";
import { bytesPerNumber, toFloat32 } from "../halves.js";
import { numbersIn } from "../model/safetensors.js";
import type { Folder, Stored } from "./folder.js";
import { readFully } from "./range.js";

export interface OpenSource extends Source {
  /** By those names, where each is. */
  stored: Record<string, Stored>;
  close(): void;
}

/** `head`, where given, is what the base calls a head of its own: a tied model has its table for it. */
export function openSource(folder: Folder, head?: string): OpenSource {
  const { dir, shape, names, tokenizer, input, output, biases, duplicates } = folder;
  const parameter = new Map(Object.entries(names).map(([name, file]) => [file, name]));
  const wanted = shape && parameterShapes({ ...shape, tied: output === undefined });
  const stored: Record<string, Stored> = {};
  const fail = (what: string): never => {
    throw new Error(`load: invalid weights: ${dir} (${what})`);
  };
  for (const [file, { entries, start }] of Object.entries(folder.headers))
    for (const entry of entries) {
      const name = parameter.get(entry.name) ?? entry.name;
      const isRead = wanted ? Object.hasOwn(wanted, name) : Object.hasOwn(bytesPerNumber, entry.dtype);
      if (isRead && !duplicates.includes(entry.name))
        stored[name] = { ...entry, dtype: numbersIn(entry, fail), file, position: start + entry.begin };
    }
  const called = (one: Stored): string => parameter.get(one.name) ?? one.name;
  if (head !== undefined && !output) stored[head] = input;
  const { read, close } = reader(dir);
  const tensors = Object.entries(stored).map(([name, one]): [string, Numbers] => [
    name,
    { shape: one.shape, read: (begin, end) => read(one, begin, end) },
  ]);
  const tables = [
    called(input),
    ...[output, ...biases].flatMap((one) => (one ? [called(one)] : [])),
    ...(head ? [head] : []),
  ];
  return { name: dir, config: shape, tokenizer, tables, stored, tensors: Object.fromEntries(tensors), close };
}

/** Keeps the file of the last read open. */
function reader(dir: string): { read(from: Stored, begin: number, end: number): Float32Array; close(): void } {
  let [file, handle] = ["", -1];
  let [bytes, scratch] = [new Uint8Array(0), new Float32Array(0)];
  const close = (): void => {
    if (handle >= 0) closeSync(handle);
    [file, handle] = ["", -1];
  };
  return {
    read(from, begin, end) {
      if (from.file !== file) {
        close();
        [file, handle] = [from.file, openSync(join(dir, from.file), "r")];
      }
      const [count, size] = [end - begin, bytesPerNumber[from.dtype]];
      if (scratch.length < count) [bytes, scratch] = [new Uint8Array(4 * count), new Float32Array(count)];
      const part = bytes.subarray(0, count * size);
      readFully(handle, part, from.position + begin * size);
      return toFloat32(part, from.dtype, scratch);
    },
    close,
  };
}
