/** What may be read as data: a regular file. A pipe or a device would wait or go on for ever, and a folder is no text. */
import { type Stats, statSync } from "node:fs";
import { printable } from "./foreign.js";

/** Bytes of the file. Throws one line, which `caller` begins, for anything else than a regular file. */
export function regularFile(path: string, caller: string): number {
  const stat = statOf(path, caller);
  if (!stat) throw new Error(`${caller}: no such file: ${printable(path, longest)}`);
  if (stat.isFile()) return stat.size;
  const kind = stat.isDirectory() ? "a folder" : stat.isFIFO() ? "a pipe" : stat.isSocket() ? "a socket" : "a device";
  throw new Error(`${caller}: invalid file: ${path}: ${kind} (name a regular file)`);
}

/** Characters of a path that are shown. */
const longest = 400;

function statOf(path: string, caller: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    const why = code === "EACCES" ? "it may not be read" : `no name of a file: ${code}`;
    throw new Error(`${caller}: invalid file: ${printable(path, longest)} (${why})`, { cause: error });
  }
}
