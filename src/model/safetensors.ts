/**
 * Reads and writes safetensors: eight bytes of header length, a JSON header, then the tensors' bytes. A header is believed
 * only as far as the file's size bears it out. float32 is written; float32, float16 and bfloat16 are read.
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { atomicFile } from "../files.js";
import type { Weights } from "../types.js";
import { checkEntry, checkLayout, checkMetadata, type Fail, parseHeader, sizeOf } from "./safetensors-header.js";

/** The format's own limit on the header. */
const MAX_HEADER = 100_000_000;

export interface SafetensorsFile {
  weights: Weights;
  /** The type that each has in the file, e.g. "BF16". */
  dtypes: Record<string, string>;
  metadata: Record<string, string>;
}

export function writeSafetensors(path: string, weights: Weights, metadata: Record<string, string> = {}): void {
  const header: Record<string, unknown> = { __metadata__: { format: "pt", ...metadata } };
  let offset = 0;
  const names = Object.keys(weights).sort();
  for (const name of names) {
    const { shape, data } = weights[name]!;
    if (!(data.length === sizeOf(shape)))
      throw new Error(
        `writeSafetensors: invalid weights: ${name} has ${data.length} values, its shape [${shape}] has ${sizeOf(shape)}`,
      );
    header[name] = { dtype: "F32", shape, data_offsets: [offset, (offset += data.byteLength)] };
  }
  const json = JSON.stringify(header);
  const head = Buffer.from(json + " ".repeat((8 - (Buffer.byteLength(json) % 8)) % 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(head.length));
  const file = atomicFile(path);
  try {
    file.write(Buffer.concat([length, head]));
    for (const name of names) {
      const { data } = weights[name]!;
      file.write(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    }
    file.commit();
  } finally {
    file.discard();
  }
}

export function readSafetensors(path: string): SafetensorsFile {
  const fail: Fail = (what) => {
    throw new Error(`readSafetensors: invalid file: ${path} (${what})`);
  };
  const fd = open(path, fail);
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) fail("it is not a file");
    const { size } = stat;
    if (size < 8) fail(`${size} bytes, too short for a header`);
    const length = Number(read(fd, 0, 8, fail).readBigUInt64LE(0));
    if (length > MAX_HEADER || length > size - 8) fail(`its header claims ${length} bytes, the file has ${size}`);
    const header = parseHeader(read(fd, 8, length, fail).toString("utf8"), fail);
    const metadata = checkMetadata(header.__metadata__ ?? {}, fail);
    const entries = Object.entries(header).filter(([name]) => name !== "__metadata__");
    const checked = entries.map(([name, entry]) => checkEntry(name, entry, fail));
    checkLayout(checked, size - 8 - length, fail);
    const weights: Weights = {};
    for (const { name, dtype, shape, begin, end } of checked)
      weights[name] = { shape, data: toFloat32(read(fd, 8 + length + begin, end - begin, fail), dtype) };
    const dtypes = Object.fromEntries(checked.map(({ name, dtype }) => [name, dtype]));
    return { weights, dtypes, metadata };
  } finally {
    closeSync(fd);
  }
}

function open(path: string, fail: Fail): number {
  try {
    return openSync(path, "r");
  } catch (error) {
    return fail(`it cannot be opened: ${(error as NodeJS.ErrnoException).code}`);
  }
}

function read(fd: number, position: number, length: number, fail: Fail): Buffer {
  const buffer = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const got = readSync(fd, buffer, done, length - done, position + done);
    if (got === 0) fail("it became shorter while it was read");
    done += got;
  }
  return buffer;
}

function toFloat32(bytes: Buffer, dtype: string): Float32Array {
  // Buffer.alloc never gives a part of the shared pool, so these bytes are ours.
  if (dtype === "F32") return new Float32Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length / 4);
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
