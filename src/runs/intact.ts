/**
 * What was found whole, known again without being read: size and times of every file that was looked at. A run that ends leaves
 * them as `intact.json` in its folder. Whatever is otherwise (a file touched, copied, gone, this one damaged) only means that the
 * files are read; it may be deleted at any time.
 */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../files.js";

/** By path in the run's folder: another text once the file was written to, replaced or copied. */
export type Stamps = Record<string, string>;

export interface Intact {
  /** The run's name and labels, which tables go by, as `calledOf` writes them. */
  called: string;
  files: Stamps;
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
  JSON.stringify({ labels: Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))), name });

const pathOf = (dir: string): string => join(dir, "intact.json");

/** Of a run that has finished, once its record is written. */
export const leaveIntact = (dir: string, intact: Intact): void =>
  writeAtomically(pathOf(dir), `${JSON.stringify({ format: 1, ...intact })}\n`);

/** What the run left; whether its files still are so is for `isIntact` to say. */
export function intactIn(dir: string): Intact | undefined {
  try {
    const { format, ...intact } = JSON.parse(readFileSync(pathOf(dir), "utf8")) as Intact & { format: unknown };
    return format === 1 ? intact : undefined;
  } catch {
    return undefined;
  }
}
