/**
 * A user's file as bytes, a piece at a time, unpacked when its first bytes say gzip (of any number of members) or Zstandard (of
 * any number of frames), whatever its name. What it may unpack to is bounded, and pieces are small whatever a header promises.
 */
import { closeSync, createReadStream, openSync, readSync } from "node:fs";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { breathe } from "../../breathe.js";
import { regularFile } from "../../regular-file.js";
import { unpackZstandard } from "./zstandard.js";

/** A packed file may grow to this many bytes, or to `ratio` times its own, whichever is more. */
const free = 64 << 20;
const ratio = 200;

/** Bytes of a piece that is read. */
const piece = 1 << 18;

/** Endings of packed files, after which the name goes on to say what is inside. */
export const packedEnding = /\.(gz|gzip|zst|zstd)$/i;

/** Throws one line for what is no regular file, cannot be unpacked, or unpacks to too much. */
export async function* chunksOf(path: string, signal?: AbortSignal): AsyncGenerator<Buffer> {
  const size = regularFile(path, "load");
  const first = firstBytes(path);
  const packing = packings.find(({ magic }) => first.subarray(0, magic.length).equals(magic));
  const most = packing ? Math.max(free, ratio * size) : Infinity;
  let total = 0;
  try {
    for await (const chunk of packing ? packing.unpack(path) : createReadStream(path, { highWaterMark: piece })) {
      signal?.throwIfAborted();
      total += (chunk as Buffer).length;
      if (total > most)
        throw new Error(
          `load: ${path} unpacks to more than ${most} bytes, over ${ratio} times its size; unpack it first, or cut it`,
        );
      yield chunk as Buffer;
    }
  } catch (error) {
    const { message } = error as Error;
    if (!packing || signal?.aborted || message.startsWith("load: ")) throw error;
    throw new Error(`load: cannot unpack ${path} as ${packing.name}: ${message.split("\n", 1)[0]}`, { cause: error });
  }
}

/** All of them in one; throws a RangeError where there are more than `most` bytes. */
export async function allOf(chunks: AsyncIterable<Uint8Array>, most: number): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of chunks) {
    if ((total += chunk.length) > most) throw new RangeError(`more than ${most} bytes`);
    pieces.push(chunk);
  }
  return Buffer.concat(pieces, total);
}

function firstBytes(path: string): Buffer {
  const handle = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(4);
    return bytes.subarray(0, readSync(handle, bytes, 0, 4, 0));
  } finally {
    closeSync(handle);
  }
}

const packings: { name: string; magic: Buffer; unpack(path: string): AsyncIterable<Buffer> }[] = [
  {
    name: "gzip",
    magic: Buffer.of(0x1f, 0x8b),
    unpack: (path) =>
      pipeline(createReadStream(path, { highWaterMark: piece }), createGunzip({ chunkSize: piece }), () => {
        // Whoever reads the last of the two hears of it.
      }),
  },
  { name: "Zstandard", magic: Buffer.of(0x28, 0xb5, 0x2f, 0xfd), unpack: zstandard },
];

/** The decoder asks for bytes when it wants them, so they are read at once; others have their turn between pieces. */
async function* zstandard(path: string): AsyncGenerator<Buffer> {
  const handle = openSync(path, "r");
  const buffer = Buffer.alloc(piece);
  function* packed(): Generator<Uint8Array> {
    for (let got; (got = readSync(handle, buffer, 0, piece, null)) > 0;) yield buffer.subarray(0, got);
  }
  try {
    let since = 0;
    for (const bytes of await unpackZstandard(packed())) {
      if ((since += bytes.length) >= 1 << 22) {
        await breathe();
        since = 0;
      }
      yield Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
  } finally {
    closeSync(handle);
  }
}
