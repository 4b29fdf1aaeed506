/**
 * Reads and writes safetensors: eight bytes of header length, a JSON header, then the tensors' bytes. A header is believed
 * only as far as the file's size bears it out. float32 is written; float32, float16 and bfloat16 are read.
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { writeAtomically } from "../files.js";
import type { Weights } from "../types.js";

/** The format's own limit on the header. */
const MAX_HEADER = 100_000_000;
const WIDTH: Record<string, number> = { F32: 4, F16: 2, BF16: 2 };

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

export interface SafetensorsFile {
  weights: Weights;
  metadata: Record<string, string>;
}

export function writeSafetensors(path: string, weights: Weights, metadata: Record<string, string> = {}): void {
  const header: Record<string, unknown> = { __metadata__: { format: "pt", ...metadata } };
  let offset = 0;
  for (const name of Object.keys(weights).sort()) {
    const { shape, data } = weights[name]!;
    header[name] = { dtype: "F32", shape, data_offsets: [offset, (offset += data.byteLength)] };
  }
  const json = JSON.stringify(header);
  const head = Buffer.from(json + " ".repeat((8 - (Buffer.byteLength(json) % 8)) % 8));
  const file = Buffer.alloc(8 + head.length + offset);
  file.writeBigUInt64LE(BigInt(head.length), 0);
  head.copy(file, 8);
  let at = 8 + head.length;
  for (const name of Object.keys(weights).sort()) {
    const { data } = weights[name]!;
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  writeAtomically(path, file);
}

export function readSafetensors(path: string): SafetensorsFile {
  const fail = (what: string): never => {
    throw new Error(`readSafetensors: invalid file: ${path} (${what})`);
  };
  const fd = openSync(path, "r");
  try {
    const size = fstatSync(fd).size;
    if (size < 8) fail(`${size} bytes, too short for a header`);
    const length = Number(read(fd, 0, 8).readBigUInt64LE(0));
    if (length > MAX_HEADER || length > size - 8) fail(`its header claims ${length} bytes, the file has ${size}`);
    let header: Record<string, unknown> = {};
    try {
      header = JSON.parse(read(fd, 8, length).toString("utf8")) as Record<string, unknown>;
    } catch {
      fail("its header is not JSON");
    }
    if (header === null || typeof header !== "object" || Array.isArray(header)) fail("its header is not an object");
    const weights: Weights = {};
    for (const [name, entry] of Object.entries(header)) {
      if (name === "__metadata__") continue;
      const { dtype, shape, begin, end } = checkEntry(name, entry as Entry, size - 8 - length, fail);
      weights[name] = { shape, data: toFloat32(read(fd, 8 + length + begin, end - begin), dtype) };
    }
    return { weights, metadata: (header.__metadata__ ?? {}) as Record<string, string> };
  } finally {
    closeSync(fd);
  }
}

function checkEntry(name: string, entry: Entry, available: number, fail: (what: string) => never) {
  const { dtype, shape, data_offsets } = entry ?? {};
  if (!(dtype in WIDTH)) fail(`${name} is ${dtype}; F32, F16 and BF16 are read`);
  if (!Array.isArray(shape) || !shape.every((n) => Number.isSafeInteger(n) && n >= 0)) fail(`${name} has no valid shape`);
  const [begin, end] = Array.isArray(data_offsets) ? data_offsets : [NaN, NaN];
  if (!(Number.isSafeInteger(begin) && Number.isSafeInteger(end) && 0 <= begin && begin <= end)) fail(`${name} has no valid offsets`);
  if (end > available) fail(`${name} ends at byte ${end} of ${available}: truncated`);
  const expected = shape.reduce((product, n) => product * n, 1) * WIDTH[dtype]!;
  if (expected !== end - begin) fail(`${name} has ${end - begin} bytes, its shape [${shape}] needs ${expected}`);
  return { dtype, shape, begin, end };
}

function read(fd: number, position: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const got = readSync(fd, buffer, done, length - done, position + done);
    if (got === 0) throw new Error("readSafetensors: the file ended while it was read");
    done += got;
  }
  return buffer;
}

function toFloat32(bytes: Buffer, dtype: string): Float32Array {
  if (dtype === "F32") return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  const count = bytes.length / 2;
  const out = new Float32Array(count);
  const bits = new Uint32Array(out.buffer);
  for (let i = 0; i < count; i++) {
    const half = bytes.readUInt16LE(2 * i);
    if (dtype === "BF16") bits[i] = half << 16;
    else out[i] = fromHalf(half);
  }
  return out;
}

function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
