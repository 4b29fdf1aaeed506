/**
 * `jobs.json` in a folder of runs: which of them are jobs of the sweep that keeps it. Other runs there, of an earlier sweep with
 * other settings, stay on disk and are no rows of this one.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../files.js";

export interface Jobs {
  /** Names of the runs' folders. */
  runs: string[];
  /** Hash of what each file or folder held that the recipes name, by path. */
  inputs: Record<string, string>;
}

const pathOf = (folder: string): string => join(folder, "jobs.json");

export function writeJobs(folder: string, { runs, inputs }: Jobs): void {
  writeAtomically(pathOf(folder), `${JSON.stringify({ format: 1, runs, inputs }, null, 2)}\n`);
}

/** Nothing where the folder has no such file: then all runs in it count. */
export function readJobs(folder: string): Jobs | undefined {
  let text: string;
  try {
    text = readFileSync(pathOf(folder), "utf8");
  } catch {
    return undefined;
  }
  try {
    const { format, runs, inputs } = JSON.parse(text) as Jobs & { format: unknown };
    if (
      format === 1 &&
      Array.isArray(runs) &&
      runs.every((run) => typeof run === "string") &&
      typeof inputs === "object"
    )
      return { runs, inputs: inputs ?? {} };
  } catch {
    // Said below.
  }
  throw new Error(`runs: invalid jobs.json: ${pathOf(folder)} (run the sweep again, or remove it to count every run)`);
}
