/** What is looked at when a run is over: whether it is what it says, and what it is called now. */
import { open as openRun } from "../runs/index.js";
import { calledOf, type Intact } from "../runs/intact.js";
import type { Recipe } from "../train/index.js";
import { changedOf } from "./contents.js";
import { droppedRun, type Examined, reachedRun, stateOf } from "./folders.js";
import type { Job } from "./jobs.js";

/** A run that is over as far as its recipe goes: as much of it as a sweep needs. */
export interface Reached {
  state: ReturnType<typeof stateOf>;
  /** `calledOf` its name and labels, as they are on disk. */
  called: string;
  /** Where it is finished. */
  intact?: Intact;
}

export function reachedOf(found: Examined): Reached {
  const { record, files } = found;
  const called = calledOf(record);
  return { state: stateOf(found), called, ...(files && { intact: { called, files } }) };
}

/** Why a run that says it is finished is none. */
export async function faultOf(job: Job, dir: string): Promise<string | undefined> {
  const changed = await changedOf(job.contents);
  if (changed !== undefined) return droppedRun(dir, changed);
  return reachedRun(dir, job.recipe) ? undefined : "its folder was changed or removed while it ran";
}

/** A run found under another name, or with other labels, takes those of its recipe now: tables go by them. Answers whether it did. */
export function renamed(dir: string, { called }: Reached, recipe: Recipe): boolean {
  if (called === calledOf(recipe)) return false;
  const { name = "run", labels } = recipe;
  const run = openRun(dir);
  run.update({ name, labels });
  run.close();
  return true;
}
