/**
 * `intact.json` in a sweep's folder: the runs that were found finished and whole, each with size and times of every file that was
 * looked at. A run whose files still have them is not read again. Whatever is otherwise (a file touched, copied, gone, this one
 * damaged) only means that runs are read; it may be deleted at any time.
 */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../files.js";
import { canonical } from "../train/hash.js";

/** By path in the run's folder: another text once the file was written to, replaced or copied. */
export type Stamps = Record<string, string>;

export interface Intact {
  /** The run's name and labels, which tables go by, as `calledOf` writes them. */
  called: string;
  files: Stamps;
}

const pathOf = (dir: string): string => join(dir, "intact.json");

/** By the names of the runs' folders. */
export function readIntact(dir: string): Map<string, Intact> {
  try {
    const { format, runs } = JSON.parse(textIn(dir)) as { format: unknown; runs: object };
    if (format === 1) return new Map(Object.entries(runs));
  } catch {
    // Damaged, or none yet.
  }
  return new Map();
}

export function writeIntact(dir: string, runs: ReadonlyMap<string, Intact>): void {
  const text = `${JSON.stringify({ format: 1, runs: Object.fromEntries(runs) })}\n`;
  if (text !== textIn(dir)) writeAtomically(pathOf(dir), text);
}

function textIn(dir: string): string {
  try {
    return readFileSync(pathOf(dir), "utf8");
  } catch {
    return "";
  }
}

/** Taken before the files are looked at, so that a change meanwhile is seen the next time. */
export const stampsOf = (dir: string, names: readonly string[]): Stamps =>
  Object.fromEntries(names.map((name) => [name, stampOf(join(dir, name))]));

/** Whether every file is as it was; false for whatever is no such list. */
export function isIntact(dir: string, known: Intact | undefined): known is Intact {
  const { called, files } = known ?? {};
  if (typeof called !== "string" || typeof files !== "object" || files === null) return false;
  const names = Object.keys(files);
  return names.length > 0 && names.every((name) => files[name] !== "" && stampOf(join(dir, name)) === files[name]);
}

/** "" where no file can be seen. The time of the last change of any kind counts too: that of the contents can be set back. */
function stampOf(path: string): string {
  try {
    const { size, mtimeMs, ctimeMs } = statSync(path);
    return `${size} ${mtimeMs} ${ctimeMs}`;
  } catch {
    return "";
  }
}

/** A run's name and labels as one text, the same for the same. */
export const calledOf = ({ name = "run", labels = {} }: { name?: string; labels?: object }): string =>
  canonical({ name, labels });
