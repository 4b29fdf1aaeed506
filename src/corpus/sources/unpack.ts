/**
 * A user's file as bytes, unpacked when its first bytes say gzip or Zstandard, whatever its name. What it may unpack to is
 * bounded before anything is allocated for it.
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { regularFile } from "../../regular-file.js";
import { unpackZstandard } from "./zstandard.js";

/** Bytes that one Buffer can hold. */
const largest = 2 ** 31 - 1;

/** A packed file may grow to this many bytes, or to `ratio` times its own, whichever is more. */
const free = 64 << 20;
const ratio = 200;

/** Endings of packed files, after which the name goes on to say what is inside. */
export const packedEnding = /\.(gz|gzip|zst|zstd)$/i;

export async function readBytes(path: string): Promise<Uint8Array> {
  const size = regularFile(path, "load");
  if (size > largest)
    throw new Error(`load: ${path} is too large: ${size} bytes; cut it into files of up to ${largest} bytes`);
  const bytes = readFileSync(path);
  const unpack = unpackers.find(({ magic }) => bytes.subarray(0, magic.length).equals(magic));
  if (!unpack) return bytes;
  const most = Math.min(largest, Math.max(free, ratio * bytes.length));
  try {
    return await unpack.unpack(bytes, most);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (error instanceof RangeError || code === "ERR_BUFFER_TOO_LARGE")
      throw new Error(
        `load: ${path} unpacks to more than ${most} bytes, over ${ratio} times its size or what one file may hold; unpack it first, or cut it`,
        { cause: error },
      );
    throw new Error(`load: cannot unpack ${path} as ${unpack.name}: ${message.split("\n", 1)[0]}`, { cause: error });
  }
}

const unpackers: {
  name: string;
  magic: Buffer;
  unpack(bytes: Buffer, most: number): Uint8Array | Promise<Uint8Array>;
}[] = [
  {
    name: "gzip",
    magic: Buffer.of(0x1f, 0x8b),
    unpack: (bytes, most) => gunzipSync(bytes, { maxOutputLength: most, chunkSize: 1 << 18 }),
  },
  { name: "Zstandard", magic: Buffer.of(0x28, 0xb5, 0x2f, 0xfd), unpack: unpackZstandard },
];
