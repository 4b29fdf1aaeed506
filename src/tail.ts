/** The end of a file that may be long and may still grow. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** At most so many of its last bytes, as text; nothing where it cannot be read. */
export function tailOf(path: string, bytes: number): string | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    const { size } = fstatSync(file);
    const tail = Buffer.alloc(Math.min(size, bytes));
    const got = readSync(file, tail, 0, tail.length, size - tail.length);
    return String(tail.subarray(0, got));
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
