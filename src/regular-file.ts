/** What may be read as data: a regular file. A pipe or a device would wait or go on for ever, and a folder is no text. */
import { statSync } from "node:fs";

/** Bytes of the file. Throws one line, which `caller` begins, for anything else than a regular file. */
export function regularFile(path: string, caller: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) throw new Error(`${caller}: no such file: ${path}`);
  if (stat.isFile()) return stat.size;
  const kind = stat.isDirectory() ? "a folder" : stat.isFIFO() ? "a pipe" : stat.isSocket() ? "a socket" : "a device";
  throw new Error(`${caller}: invalid file: ${path}: ${kind} (name a regular file)`);
}
