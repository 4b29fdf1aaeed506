/** What is looked at when a run is over: whether it is what it says, and what it is called now. */
import { open as openRun, type RunData } from "../runs/index.js";
import { hashOf, type Recipe } from "../train/index.js";
import { changedOf } from "./contents.js";
import { droppedRun, reachedRun } from "./folders.js";
import type { Job } from "./jobs.js";

/** Why a run that says it is finished is none. */
export async function faultOf(job: Job, dir: string): Promise<string | undefined> {
  const changed = await changedOf(job.contents);
  if (changed !== undefined) return droppedRun(dir, changed);
  return reachedRun(dir, job.recipe) ? undefined : "its folder was changed or removed while it ran";
}

/** A run found under another name, or with other labels, takes those of its recipe now: tables go by them. */
export function called({ dir, record }: RunData, { name = "run", labels }: Recipe): void {
  if (record.name === name && hashOf(record.labels ?? {}) === hashOf(labels ?? {})) return;
  const run = openRun(dir);
  run.update({ name, labels });
  run.close();
}
