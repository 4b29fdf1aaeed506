/** Documents on disk, batch by batch as lines of JSON, where a text must be gone through twice and may be larger than memory. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FileLog, fileLog } from "../logs/file-log.js";
import { linesOf, type Log } from "../logs/log.js";
import type { Document } from "../types.js";

/** Halves of surrogate pairs are kept too: JSON writes them as escapes. */
export function addTo(spill: Log, batch: readonly Document[]): void {
  spill.append(Buffer.from(`${JSON.stringify(batch)}\n`));
}

/** Every batch again from byte `from` on, with the byte after it. */
export function* batchesOf(spill: Log, from = 0): Generator<{ documents: Document[]; end: number }, void> {
  for (const { line, end } of linesOf(spill, from)) yield { documents: JSON.parse(line) as Document[], end };
}

/** One of nobody's to go on with: nothing is left of it after `remove`. */
export function passing(folder = tmpdir()): { log: FileLog; remove(): void } {
  const own = mkdtempSync(join(folder, ".palimpsest-pipe-"));
  const log = fileLog(join(own, "documents"));
  return {
    log,
    remove() {
      log.close();
      rmSync(own, { recursive: true, force: true });
    },
  };
}
