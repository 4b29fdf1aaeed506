/**
 * JSON as rows: objects one a line, one array of objects, or a single object, whichever the file holds. Lines are read one by
 * one; an array or a single object is held whole. Bytes are decoded line by line, so that errors say where. Other fields may hold
 * anything, NaN and Infinity of Python's json module included.
 */
import { foreignJson, isRecord } from "../../foreign.js";
import { linesOf } from "./lines.js";
import type { PlacedRow, Row, RowsOptions } from "./rows.js";
import { allOf, chunksOf } from "./unpack.js";
import { decodeUtf8 } from "./utf8.js";

/** Bytes of the largest array: V8's longest string, less a margin. */
const largestArray = 500_000_000;

export async function* jsonRows({ path, longest, bad, signal }: RowsOptions): AsyncGenerator<PlacedRow> {
  if ((await firstByte(path, signal)) === "[".charCodeAt(0)) {
    for (const [i, value] of (await arrayIn(path, signal)).entries()) {
      const where = `${path}, row ${i + 1}`;
      if (isRecord(value)) yield { row: value, where };
      else bad.met(notAnObject(where));
    }
    return;
  }
  for await (const { bytes, number, offset, around } of linesOf({
    chunks: chunksOf(path, signal),
    path,
    longest,
    bad,
  })) {
    const where = `${path}, line ${number}`;
    try {
      const text = decodeUtf8(bytes, path, offset, around).trim();
      if (text === "") continue;
      const row = parsed(text, where);
      if (!isRecord(row)) throw notAnObject(where);
      yield { row, where };
    } catch (error) {
      const single = number === 1 && bytes.includes(123) ? await wholeObject(path, longest, signal) : undefined;
      if (single) return yield { row: single, where: path };
      bad.met(error);
    }
  }
}

async function arrayIn(path: string, signal?: AbortSignal): Promise<unknown[]> {
  const bytes = await allOf(chunksOf(path, signal), largestArray).catch((error: unknown) => {
    if (!(error instanceof RangeError)) throw error;
    throw new Error(`load: ${path} is too large for one JSON array: ${error.message}; write one object a line`, {
      cause: error,
    });
  });
  return parsed(decodeUtf8(bytes, path), path) as unknown[];
}

/** An object that is written over many lines, where the file is one. */
async function wholeObject(path: string, longest: number, signal?: AbortSignal): Promise<Row | undefined> {
  try {
    const value = parsed(decodeUtf8(await allOf(chunksOf(path, signal), longest), path), path);
    return isRecord(value) ? value : undefined;
  } catch {
    signal?.throwIfAborted();
    return undefined;
  }
}

function parsed(text: string, where: string): unknown {
  try {
    return foreignJson(text, { python: true });
  } catch (error) {
    throw new Error(`load: invalid JSON in ${where}: ${(error as Error).message.split("\n", 1)[0]}`, { cause: error });
  }
}

const notAnObject = (where: string): Error => new Error(`load: invalid row in ${where}: it is not an object`);

const space = new Set([9, 10, 13, 32, 0xef, 0xbb, 0xbf]);

/** The first that is neither white space nor of a byte order mark; of so much white space nothing is a list. */
async function firstByte(path: string, signal?: AbortSignal): Promise<number | undefined> {
  let looked = 0;
  for await (const chunk of chunksOf(path, signal)) {
    const found = chunk.find((byte) => !space.has(byte));
    if (found !== undefined) return found;
    if ((looked += chunk.length) > 1 << 20) break;
  }
  return undefined;
}
