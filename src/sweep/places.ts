/** Where the runs of a sweep lie: a folder for each job, named by its key. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileNameOf } from "../names.js";
import { read } from "../runs/index.js";
import { type Recipe, TRAINER } from "../train/index.js";
import { type Job, settingsOf } from "./jobs.js";

/** Folder names by job, below `runs`: the one that is there under whatever name, else a new one. */
export function foldersOf(jobs: readonly Job[], runs: string): Map<Job, string> {
  const byKey = new Map<string, string>();
  const bySettings = new Map<string, { name: string; changed: number }>();
  for (const { name } of readdirSync(runs, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
    const key = /-([0-9a-f]{16})$/.exec(name)?.[1];
    if (key !== undefined) byKey.set(key, name);
    else former(join(runs, name), (settings, changed) => bySettings.set(settings, { name, changed }));
  }
  return new Map(
    jobs.map((job) => {
      const old = bySettings.size > 0 ? bySettings.get(settingsOf(job.recipe)) : undefined;
      const untouched = old && [...job.contents.values()].every(({ changed }) => changed < old.changed);
      const fresh = `${fileNameOf(job.recipe.name ?? "run")}-${job.key}`;
      return [job, byKey.get(job.key) ?? (untouched ? old.name : fresh)];
    }),
  );
}

/**
 * A folder named by an earlier version, before what the files hold was part of a run's key: it is taken for a job of the same
 * settings, unless a file was changed after the run, or in the same tick of a clock that may be as slow as 10 ms.
 */
function former(dir: string, found: (settings: string, changed: number) => void): void {
  try {
    const { record } = read(dir);
    const recipe = record.notes?.recipe as Recipe | undefined;
    if (recipe && (record.recipe as { trainer?: number }).trainer === TRAINER)
      found(settingsOf(recipe), statSync(join(dir, "run.json")).mtimeMs);
  } catch {
    // Not a run.
  }
}
