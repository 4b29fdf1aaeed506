/** What a run left in its folder, known again by its sha256: the fields `files` of `run.json`. */
import { join } from "node:path";
import { sha256OfFile } from "../files.js";

/** `names` are paths in the run's folder; they must be there. */
export function hashFiles(dir: string, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, sha256OfFile(join(dir, name))]));
}

/** The first file that is not what was written, and why, in words for a message; nothing where all are. */
export function damagedFile(dir: string, files: Record<string, string>): string | undefined {
  for (const [name, hash] of Object.entries(files)) {
    try {
      if (sha256OfFile(join(dir, name)) !== hash) return `${name} is not what was written: its sha256 differs`;
    } catch (error) {
      return `${name} cannot be read: ${(error as NodeJS.ErrnoException).code}`;
    }
  }
  return undefined;
}
