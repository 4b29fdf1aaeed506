/**
 * A file of what a teacher takes for likely: of each window and token the ids of its k likeliest next tokens and their
 * log-probabilities in float16. A header of 256 bytes says what it holds, then one window follows another (values, then
 * ids, of two bytes where that is enough for all), and at the end stands the sha256 of all that. Not which windows they are:
 * whoever asks knows their order.
 */
import { createHash } from "node:crypto";
import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { atomicFile, sha256OfFile } from "../../../files.js";
import { fromFloat32, toFloat32 } from "../../../halves.js";

export interface LikeliestShape {
  windows: number;
  /** Tokens of a window. */
  context: number;
  k: number;
  /** All ids are below this. */
  ids: number;
}

const HEADER = 256;
const DIGEST = 64;

const headerOf = ({ windows, context, k, ids }: LikeliestShape): Buffer =>
  Buffer.from(JSON.stringify({ format: 1, windows, context, k, ids }).padEnd(HEADER - 1) + "\n", "latin1");

const idBytes = ({ ids }: LikeliestShape): 2 | 4 => (ids <= 2 ** 16 ? 2 : 4);
const recordBytes = (shape: LikeliestShape): number => shape.context * shape.k * (2 + idBytes(shape));

/** Of the whole file. */
export const bytesOf = (shape: LikeliestShape): number => HEADER + shape.windows * recordBytes(shape) + DIGEST;

export interface LikeliestWriter {
  /** The next window: [context, k] each. */
  add(values: Float32Array, ids: ArrayLike<number>): void;
  commit(): void;
  discard(): void;
}

export function writeLikeliest(path: string, shape: LikeliestShape): LikeliestWriter {
  const file = atomicFile(path);
  const hash = createHash("sha256");
  const put = (bytes: Uint8Array): void => {
    hash.update(bytes);
    file.write(bytes);
  };
  put(headerOf(shape));
  return {
    add(values, ids) {
      put(fromFloat32(values, "F16"));
      const whole = idBytes(shape) === 2 ? Uint16Array.from(ids) : Uint32Array.from(ids);
      put(new Uint8Array(whole.buffer));
    },
    commit() {
      file.write(hash.digest("hex"));
      file.commit();
    },
    discard: () => file.discard(),
  };
}

/** Whether there is such a file, and it is what was written. */
export function isLikeliest(path: string, shape: LikeliestShape): boolean {
  if (!existsSync(path) || statSync(path).size !== bytesOf(shape)) return false;
  const [header, digest] = [Buffer.alloc(HEADER), Buffer.alloc(DIGEST)];
  const handle = openSync(path, "r");
  try {
    readSync(handle, header, 0, HEADER, 0);
    readSync(handle, digest, 0, DIGEST, bytesOf(shape) - DIGEST);
  } finally {
    closeSync(handle);
  }
  return header.equals(headerOf(shape)) && digest.toString("latin1") === sha256OfFile(path, bytesOf(shape) - DIGEST);
}

/** Windows by their numbers, one after another, [windows · context, k] each; zeros where there is no number. */
export function readLikeliest(
  path: string,
  shape: LikeliestShape,
  windows: readonly (number | undefined)[],
): { values: Float32Array; ids: Int32Array } {
  const each = shape.context * shape.k;
  const [values, ids] = [new Float32Array(windows.length * each), new Int32Array(windows.length * each)];
  const handle = openSync(path, "r");
  try {
    windows.forEach((window, row) => {
      if (window === undefined) return;
      const record = new Uint8Array(recordBytes(shape));
      readSync(handle, record, 0, record.length, HEADER + window * record.length);
      values.set(toFloat32(record.subarray(0, 2 * each), "F16"), row * each);
      const [buffer, at] = [record.buffer, 2 * each];
      ids.set(idBytes(shape) === 2 ? new Uint16Array(buffer, at) : new Uint32Array(buffer.slice(at)), row * each);
    });
  } finally {
    closeSync(handle);
  }
  return { values, ids };
}
