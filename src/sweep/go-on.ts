/** A sweep gone on with from its folder alone, without its file. */
import { basename, resolve } from "node:path";
import { isCancelled } from "./cancelled.js";
import { changedOf } from "./contents.js";
import { searchIn } from "./grid.js";
import type { SweepOptions } from "./options.js";
import { type Plan, readPlan } from "./plan.js";
import { search, type SearchOptions } from "./search.js";

/** A sweep as its folder tells it, to be gone on with: a search where it came from a file, else its jobs. */
export const continued = (folder: string): SweepOptions | SearchOptions =>
  asPlanned(resolve(folder), readPlan(resolve(folder)));

function asPlanned(dir: string, { executor, profile, file, from, jobs }: Plan): SweepOptions | SearchOptions {
  const whole = { dir, executor, profile, from };
  return file ? { ...whole, search: searchIn(file) } : { ...whole, jobs: jobs.map(({ recipe }) => recipe) };
}

/** Hands over what is wanted by now and was not yet; answers whether it asked. */
export async function goOn(dir: string, onNote: ((note: string) => void) | undefined): Promise<boolean> {
  const plan = readPlan(dir);
  if (!plan.file || isCancelled(dir)) return false;
  const changed = await changedOf(Object.entries(plan.inputs));
  if (changed !== undefined)
    throw new Error(
      `sweep watch: ${basename(changed)} is not what it was when its runs began (nothing more is handed over; call the sweep again with its file)`,
    );
  await search({ ...(asPlanned(dir, plan) as SearchOptions), again: false, onNote });
  return true;
}
