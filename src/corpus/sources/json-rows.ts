/**
 * JSON as rows: objects one a line, one array of objects, or a single object, whichever the file holds. Bytes are decoded line by
 * line, so that errors say where. Other fields may hold anything, NaN and Infinity of Python's json module included.
 */
import { foreignJson, isRecord } from "../../foreign.js";
import type { Row } from "./fields.js";
import { decodeUtf8 } from "./utf8.js";

/** Bytes of the largest array or single object: V8's longest string, less a margin. */
const longest = 500_000_000;

/** Calls `add` with each object and where it stands. */
export function eachJsonRow(bytes: Uint8Array, path: string, add: (row: Row, where: string) => void): void {
  if (firstByte(bytes) === "[".charCodeAt(0)) return eachOfArray(bytes, path, add);
  for (let start = 0, line = 1; start < bytes.length; line++) {
    const newline = bytes.indexOf(10, start);
    const end = newline < 0 ? bytes.length : newline;
    const text = decodeUtf8(bytes.subarray(start, end), path, start, bytes).trim();
    start = end + 1;
    if (text === "") continue;
    const where = `${path}, line ${line}`;
    let value: unknown;
    try {
      value = foreignJson(text, { python: true });
    } catch (error) {
      const single = line === 1 && text.startsWith("{") && newline >= 0 ? wholeObject(bytes, path) : undefined;
      if (single) return add(single, path);
      throw new Error(`load: invalid JSON in ${where}: ${lineOf(error)}`, { cause: error });
    }
    add(objectOf(value, where), where);
  }
}

function eachOfArray(bytes: Uint8Array, path: string, add: (row: Row, where: string) => void): void {
  if (bytes.length > longest)
    throw new Error(`load: ${path} is too large for one JSON array: ${bytes.length} bytes; write one object a line`);
  let rows: unknown;
  try {
    rows = foreignJson(decodeUtf8(bytes, path), { python: true });
  } catch (error) {
    if (lineOf(error).startsWith("load: ")) throw error;
    throw new Error(`load: invalid JSON in ${path}: ${lineOf(error)}`, { cause: error });
  }
  for (const [i, row] of (rows as unknown[]).entries())
    add(objectOf(row, `${path}, row ${i + 1}`), `${path}, row ${i + 1}`);
}

/** An object that is written over many lines. */
function wholeObject(bytes: Uint8Array, path: string): Row | undefined {
  if (bytes.length > longest) return undefined;
  try {
    return objectOf(foreignJson(decodeUtf8(bytes, path), { python: true }), path);
  } catch {
    return undefined;
  }
}

function objectOf(value: unknown, where: string): Row {
  if (isRecord(value)) return value as Row;
  throw new Error(`load: invalid row in ${where}: it is not an object`);
}

const space = new Set([9, 10, 13, 32, 0xef, 0xbb, 0xbf]);

/** The first that is neither white space nor of a byte order mark. */
const firstByte = (bytes: Uint8Array): number | undefined => bytes.find((byte) => !space.has(byte));

const lineOf = (error: unknown): string => (error as Error).message.split("\n", 1)[0]!;
