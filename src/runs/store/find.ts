/**
 * The runs below a folder, and by what it is known that one changed: sizes and times of its two files, without opening them. A
 * run's own folder is not searched for others (its stages are parts of it); of a sweep's runs, those that are its jobs.
 */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { readJobs } from "../jobs.js";

export interface FoundRun {
  /** Relative to the folder that was searched, with "/". */
  dir: string;
  /** Another text once the record or the rows of metrics changed. */
  stamp: string;
}

export interface Found {
  runs: FoundRun[];
  /** Folders with rows of metrics and no record. */
  headless: string[];
}

const depth = 4;
/** Of the layout of the store's rows: raised when they are made otherwise, so that all are made anew. */
const layout = 1;

export function findRuns(root: string): Found {
  const found: Found = { runs: [], headless: [] };
  const visit = (dir: string, level: number): void => {
    const at = join(root, dir);
    const entries = readdirSync(at, { withFileTypes: true });
    if (dir !== "" && entries.some(({ name }) => name === "metrics.jsonl")) return void found.headless.push(dir);
    const listed = readJobs(at)?.runs;
    const jobs = listed && new Set(listed);
    for (const name of entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && (jobs?.has(entry.name) ?? true))
      .map(({ name }) => name)
      .sort()) {
      const inner = dir === "" ? name : `${dir}/${name}`;
      const stamp = stampOf(join(root, inner));
      if (stamp !== undefined) found.runs.push({ dir: inner, stamp });
      else if (level < depth) visit(inner, level + 1);
    }
  };
  visit("", 1);
  return found;
}

/** Nothing where the folder is no run's. */
export function stampOf(dir: string): string | undefined {
  const record = statSync(join(dir, "run.json"), { throwIfNoEntry: false });
  if (!record) return undefined;
  const metrics = statSync(join(dir, "metrics.jsonl"), { throwIfNoEntry: false });
  return [layout, record.size, record.mtimeMs, metrics?.size ?? 0, metrics?.mtimeMs ?? 0].join(" ");
}
