/** The tensors of a folder as merging reads them: by the names of the kind of model, ranges of numbers at a time. */
import { join } from "node:path";
import { parameterShapes } from "../architecture/index.js";
import type { Numbers, Source } from "../merge/index.js";
import { brainValues, bytesPerNumber, halfValues, toFloat32 } from "../halves.js";
import { numbersIn } from "../model/safetensors.js";
import { type Ahead, openAhead } from "./ahead.js";
import type { Folder, Stored } from "./folder.js";

export interface OpenSource extends Source {
  /** By those names, where each is. */
  stored: Record<string, Stored>;
  /** When what is read ahead is there: reads that follow each other then wait for no file. */
  ready(): Promise<void>;
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
  const { read, readStored, ready, close } = reader(dir);
  const tensors = Object.entries(stored).map(([name, one]): [string, Numbers] => [
    name,
    {
      ...{ shape: one.shape, read: (begin, end) => read(one, begin, end) },
      ...(one.dtype !== "F32" && {
        halves: {
          values: one.dtype === "F16" ? halfValues() : brainValues(),
          read: (begin, end) => halvesOf(readStored(one, begin, end)),
        },
      }),
    },
  ]);
  const tables = [
    called(input),
    ...[output, ...biases].flatMap((one) => (one ? [called(one)] : [])),
    ...(head ? [head] : []),
  ];
  return { name: dir, config: shape, tokenizer, tables, stored, tensors: Object.fromEntries(tensors), ready, close };
}

const halvesOf = ({ buffer, byteOffset, length }: Uint8Array<ArrayBuffer>): Uint16Array =>
  new Uint16Array(buffer, byteOffset, length / 2);

/** Keeps the file of the last read open. */
function reader(dir: string): {
  read(from: Stored, begin: number, end: number): Float32Array;
  readStored(from: Stored, begin: number, end: number): Uint8Array<ArrayBuffer>;
  ready(): Promise<void>;
  close(): void;
} {
  let file = "";
  let ahead: Ahead | undefined;
  let scratch = new Float32Array(0);
  const close = (): void => {
    ahead?.close();
    [file, ahead] = ["", undefined];
  };
  const readStored = (from: Stored, begin: number, end: number): Uint8Array<ArrayBuffer> => {
    if (from.file !== file) {
      close();
      ahead = openAhead(join(dir, from.file));
      file = from.file;
    }
    const size = bytesPerNumber[from.dtype];
    return ahead!.read(from.position + begin * size, (end - begin) * size, from.position + from.end - from.begin);
  };
  return {
    readStored,
    read(from, begin, end) {
      const bytes = readStored(from, begin, end);
      if (scratch.length < end - begin) scratch = new Float32Array(end - begin);
      return toFloat32(bytes, from.dtype, scratch);
    },
    ready: () => ahead?.ready() ?? Promise.resolve(),
    close,
  };
}
