/**
 * Reads and writes safetensors: eight bytes of header length, a JSON header, then the tensors' bytes. A header is believed
 * only as far as the file's size bears it out. float32, float16 and bfloat16 are read and written; other types are kept as bytes.
 */
import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { atomicFile } from "../files.js";
import type { Dtype, KeptTensor, Weights } from "../types.js";
import { bytesPerNumber, fromFloat32, toFloat32 } from "../halves.js";
import {
  called,
  checkEntry,
  checkLayout,
  checkMetadata,
  type Entry,
  type Fail,
  type Header,
  layOut,
  parseHeader,
  sizeOf,
  type StoredType,
} from "./safetensors-header.js";

/** The format's own limit on the header. */
const MAX_HEADER = 100_000_000;

export interface SafetensorsFile {
  weights: Weights;
  /** The type that each has in the file. */
  dtypes: Record<string, Dtype>;
  metadata: Record<string, string>;
  /** Tensors that were asked for as they are. */
  kept?: Record<string, KeptTensor>;
}

export interface WriteOptions {
  /** The type that each is written in, rounded to the nearest where that is half of float32; defaults to "F32". */
  dtypes?: Record<string, Dtype>;
  /** Texts by name; defaults to the one that every reader knows. */
  metadata?: Record<string, string>;
  /** Tensors that are written as they are, beside the weights. */
  kept?: Record<string, KeptTensor>;
}

export function writeSafetensors(path: string, weights: Weights, options: WriteOptions = {}): void {
  const { dtypes = {}, metadata = { format: "pt" }, kept = {} } = options;
  const dtypeOf = (name: string): Dtype => dtypes[name] ?? "F32";
  const tensors = Object.entries(weights).map(([name, { shape, data }]) => {
    if (!(data.length === sizeOf(shape)))
      throw new Error(
        `writeSafetensors: invalid weights: ${name} has ${data.length} values, its shape [${shape}] has ${sizeOf(shape)}`,
      );
    return { name, shape, dtype: dtypeOf(name) };
  });
  const others = Object.entries(kept).map(([name, { shape, dtype }]) => ({ name, shape, dtype: dtype as StoredType }));
  const { head, entries } = layOut([...tensors, ...others], metadata);
  const file = atomicFile(path);
  try {
    file.write(head);
    for (const { name } of entries) file.write(kept[name]?.bytes ?? fromFloat32(weights[name]!.data, dtypeOf(name)));
    file.commit();
  } finally {
    file.discard();
  }
}

/** `keep` says which tensors are given as they are, whatever their type; defaults to none. */
export function readSafetensors(path: string, keep: (entry: Entry) => boolean = () => false): SafetensorsFile {
  return opened(path, (fd, fail) => {
    const { entries, metadata, start } = headerOf(fd, fail);
    const weights: Weights = {};
    const dtypes: Record<string, Dtype> = {};
    const kept: Record<string, KeptTensor> = {};
    for (const entry of entries) if (!keep(entry)) dtypes[entry.name] = numbersIn(entry, fail);
    for (const { name, dtype, shape, begin, end } of entries) {
      const bytes = read(fd, start + begin, end - begin, fail);
      if (dtypes[name]) weights[name] = { shape, data: toFloat32(bytes, dtypes[name]) };
      else kept[name] = { dtype, shape, bytes };
    }
    return { weights, dtypes, metadata, ...(Object.keys(kept).length > 0 && { kept }) };
  });
}

/** What the file holds; nothing but its header is read. */
export const headerIn = (path: string): Header => opened(path, headerOf);

/** The type of a tensor that is computed with. */
export function numbersIn({ name, dtype }: Entry, fail: Fail): Dtype {
  if (!Object.hasOwn(bytesPerNumber, dtype)) fail(`${called(name)} is "${dtype}"; F32, F16 and BF16 are read`);
  return dtype as Dtype;
}

function headerOf(fd: number, fail: Fail): Header {
  const { size } = fstatSync(fd);
  if (size < 8) fail(`${size} bytes, too short for a header`);
  const first = read(fd, 0, 8, fail);
  if (first.toString("latin1") === "version ") fail("it is a Git LFS pointer; fetch the file it stands for");
  const length = Number(first.readBigUInt64LE(0));
  if (length > MAX_HEADER || length > size - 8) fail(`its header claims ${length} bytes, the file has ${size}`);
  const header = parseHeader(read(fd, 8, length, fail).toString("utf8"), fail);
  const metadata = checkMetadata(header.__metadata__ ?? {}, fail);
  const named = Object.entries(header).filter(([name]) => name !== "__metadata__");
  const entries = named.map(([name, entry]) => checkEntry(name, entry, fail));
  checkLayout(entries, size - 8 - length, fail);
  return { entries, metadata, start: 8 + length };
}

/** What `use` makes of the open file. A pipe is refused before it is opened, for that would wait. */
function opened<T>(path: string, use: (fd: number, fail: Fail) => T): T {
  const fail: Fail = (what) => {
    throw new Error(`readSafetensors: invalid file: ${path} (${what})`);
  };
  let fd: number;
  try {
    if (!statSync(path).isFile()) fail("it is not a file");
    fd = openSync(path, "r");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return fail(`it cannot be opened: ${code}`);
  }
  try {
    return use(fd, fail);
  } finally {
    closeSync(fd);
  }
}

/** Never part of the shared pool, so the bytes are the caller's. */
function read(fd: number, position: number, length: number, fail: Fail): Buffer<ArrayBuffer> {
  const buffer = Buffer.alloc(length);
  // The system refuses 2 GiB at once.
  const most = 2 ** 30;
  let done = 0;
  while (done < length) {
    const got = readSync(fd, buffer, done, Math.min(most, length - done), position + done);
    if (got === 0) fail("it became shorter while it was read");
    done += got;
  }
  return buffer;
}
