/** A JSON file that somebody else wrote: regular, of a size that a person could have meant, in UTF-8. */
import { readFileSync } from "node:fs";
import { foreignJson, isRecord } from "./foreign.js";
import { regularFile } from "./regular-file.js";

/** The largest known tokenizer.json has 35 MB. */
const largest = 1 << 28;

/** Any JSON value. Throws one line, which `caller` begins, that names the file. */
export function readJson(path: string, caller: string): unknown {
  const text = readText(path, caller);
  try {
    return foreignJson(text);
  } catch (error) {
    if (text.startsWith("version https://git-lfs"))
      throw refuse(path, caller, "it is a Git LFS pointer; fetch the file it stands for", error);
    throw refuse(path, caller, `it is damaged or no JSON: ${(error as Error).message}`, error);
  }
}

/** The same, for a file that must hold an object. */
export function readJsonObject(path: string, caller: string): Record<string, unknown> {
  const value = readJson(path, caller);
  if (!isRecord(value)) throw refuse(path, caller, "an object is needed");
  return value;
}

/** The text of such a file, for who parses it. */
export function readText(path: string, caller: string, most = largest): string {
  const size = regularFile(path, caller);
  if (size > most) throw refuse(path, caller, `${size} bytes; at most ${most} are read`);
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new Error(`${caller}: cannot read ${path}: ${(error as NodeJS.ErrnoException).code}`, { cause: error });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw refuse(path, caller, "it is not UTF-8; write it anew", error);
  }
}

const refuse = (path: string, caller: string, what: string, cause?: unknown): Error =>
  new Error(`${caller}: invalid JSON: ${path} (${what})`, { cause });
