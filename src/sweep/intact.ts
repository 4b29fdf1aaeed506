/**
 * `intact.json` in a sweep's folder: what was found of the runs that are finished and whole, in one file, so that a run whose files
 * are as they were is not opened at all. It may be deleted at any time.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../files.js";
import type { Intact } from "../runs/intact.js";

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
