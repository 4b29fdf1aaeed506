/**
 * Token ids of whole documents in one file on disk, read by window and never whole. The layout is ours:
 *
 *   ids of document 0, end of text, ids of document 1, end of text, …   uint16 or uint32, little-endian
 *   header as JSON, UTF-8
 *   sha256 of all that, 32 bytes (absent in format 1, which is only read)
 *   length of the header as uint64, then 8 letters: PALSHRD2 (PALSHARD in format 1)
 *
 * The header stands at the end because documents are encoded as they come. `encode.ts` writes such files.
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { checkShard } from "./check.js";
import { checkHeader } from "./header.js";
import type { ShardHeader } from "./header.js";
import { parseHeader } from "./header-json.js";

export const magic = "PALSHRD2";
const firstMagic = "PALSHARD";
const hashBytes = 32;
const trailerBytes = 16;

/** An open file: `close` it when done. Reading after that is an error. */
export interface Shard extends ShardHeader {
  readonly path: string;
  /** Tokens in all, the end of text after each document included. */
  readonly length: number;
  /** Ids of the tokens from `start` on; both ends must lie inside the shard. */
  read(start: number, length: number): Int32Array;
  /** What those tokens count for in a loss over answers: 1 each, where the documents had no marks. */
  weights(start: number, length: number): Float32Array;
  close(): void;
}

/** Opens a shard and checks all of it, see `check.ts`; a truncated, changed or lying file is one clear line. */
export function open(path: string): Shard {
  const file = openFile(path);
  try {
    const header = readHeader(path, file);
    const length = header.starts[header.bytes.length]!;
    let isOpen = true;
    const checkWindow = (start: number, count: number): void => {
      if (!(Number.isInteger(start) && Number.isInteger(count) && start >= 0 && count >= 0 && start + count <= length))
        throw new Error(`read: invalid window: ${count} tokens from ${start}; the shard has ${length}`);
    };
    return {
      ...header,
      path,
      length,
      read(start, count) {
        if (!isOpen) throw new Error(`read: shard ${path} is closed`);
        checkWindow(start, count);
        const bytes = readBytes(path, file, start * header.width, count * header.width);
        // A fresh buffer from `readBytes` starts at offset 0, so it is aligned; every platform Node runs on that we support is little-endian.
        return Int32Array.from(header.width === 2 ? new Uint16Array(bytes.buffer) : new Uint32Array(bytes.buffer));
      },
      weights(start, count) {
        checkWindow(start, count);
        const weights = new Float32Array(count).fill(1);
        if (!header.counts) return weights;
        const { at, weights: values } = header.counts;
        for (let run = lastUpTo(at, start), from = start; from < start + count; run++) {
          const to = Math.min(start + count, at[run + 1] ?? length);
          weights.fill(values[run]!, from - start, to - start);
          from = to;
        }
        return weights;
      },
      close() {
        if (isOpen) closeSync(file);
        isOpen = false;
      },
    };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** Document that holds the token at `position`; the end of text belongs to the document it ends. */
export const documentAt = ({ starts }: Pick<Shard, "starts">, position: number): number =>
  Math.min(lastUpTo(starts, position), starts.length - 2);

/** Where each document begins and how many tokens it has, the end of text among them. */
export const documentPlaces = ({ starts }: Pick<Shard, "starts">): { start: number; length: number }[] =>
  Array.from({ length: starts.length - 1 }, (_, d) => ({ start: starts[d]!, length: starts[d + 1]! - starts[d]! }));

/** Index of the last of ascending numbers that is not above `value`; 0 where all are. */
function lastUpTo(ascending: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = ascending.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! <= value) low = middle;
    else high = middle;
  }
  return low;
}

function openFile(path: string): number {
  try {
    return openSync(path, "r");
  } catch (error) {
    throw new Error(
      `open: cannot read shard ${path}: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`,
      { cause: error },
    );
  }
}

function readHeader(path: string, file: number): ShardHeader {
  const { size } = fstatSync(file);
  if (size < trailerBytes) throw new Error(`open: ${path} is not a token shard: it has ${size} bytes`);
  const trailer = Buffer.from(readBytes(path, file, size - trailerBytes, trailerBytes).buffer);
  const letters = trailer.toString("latin1", 8);
  if (letters !== magic && letters !== firstMagic)
    throw new Error(`open: ${path} is not a token shard, or was cut short`);
  const fail = (what: string): never => {
    throw new Error(`open: damaged shard ${path}: ${what}`);
  };
  const [format, hashed] = letters === magic ? ([2, hashBytes] as const) : ([1, 0] as const);
  const length = Number(trailer.readBigUInt64LE(0));
  const covered = size - trailerBytes - hashed;
  if (length > covered) fail(`a header of ${length} bytes in a file of ${size}`);
  const read = (position: number, length: number): Uint8Array => readBytes(path, file, position, length);
  const idBytes = covered - length;
  let given: unknown;
  try {
    given = parseHeader(Buffer.from(read(idBytes, length).buffer));
  } catch {
    fail("its header is not JSON");
  }
  const header = checkHeader(given, format, idBytes, path);
  const sha256 = hashed > 0 ? Buffer.from(read(covered, hashed)).toString("hex") : undefined;
  checkShard({ header, idBytes, covered, sha256, read, fail });
  return header;
}

function readBytes(path: string, file: number, position: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const got = readSync(file, bytes, done, length - done, position + done);
    if (got === 0) throw new Error(`read: shard ${path} was cut short while open: nothing at byte ${position + done}`);
    done += got;
  }
  return bytes;
}
