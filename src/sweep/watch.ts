/**
 * A sweep followed from its folder until nothing is left to do: what a search wants next is handed over as soon as it can be
 * told. Nothing is kept here: a watch that was killed is called again, and two of them take turns at the sweep's lock.
 */
import { basename, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isCancelled } from "./cancelled.js";
import { changedOf } from "./contents.js";
import { executorOf } from "./executors/registry.js";
import { searchIn } from "./grid.js";
import type { SweepOptions } from "./options.js";
import { readPlan } from "./plan.js";
import { search, type SearchOptions } from "./search.js";
import { isOpen, status, type SweepStatus } from "./status.js";

export interface WatchOptions {
  dir: string;
  /** Milliseconds between two looks; defaults to 10,000. */
  every?: number;
  /** Ends the watch, and nothing that runs. */
  signal?: AbortSignal;
  onStatus?: (status: SweepStatus) => void;
  /** What was handed over, one line each. */
  onNote?: (note: string) => void;
}

/** How it is with the sweep when nothing waits or runs and nothing more is wanted. */
export async function watch({ dir, every = 10_000, signal, onStatus, onNote }: WatchOptions): Promise<SweepStatus> {
  for (let told = ""; ;) {
    let now = await status(dir);
    const over = JSON.stringify(now.runs.filter((run) => !isOpen(run)).map(({ name, step }) => [name, step]));
    // Where the executor did not answer, nobody knows what is over.
    if (now.notes.length === 0 && over !== told && !signal?.aborted) {
      told = over;
      if (await goOn(now.dir, onNote)) now = await status(dir);
    }
    if (signal?.aborted || (now.notes.length === 0 && !now.runs.some(isOpen))) return now;
    onStatus?.(now);
    await sleep(every, undefined, { signal }).catch(() => {});
  }
}

/** Hands over what is wanted by now and was not yet; answers whether it asked. Whoever attends his runs goes on himself. */
async function goOn(dir: string, onNote: WatchOptions["onNote"]): Promise<boolean> {
  const { executor, inputs } = readPlan(dir);
  const options = continued(dir);
  if (!("search" in options) || executorOf(executor).attends || isCancelled(dir)) return false;
  const changed = await changedOf(Object.entries(inputs));
  if (changed !== undefined)
    throw new Error(
      `sweep watch: ${basename(changed)} is not what it was when its runs began (nothing more is handed over; call the sweep again with its file)`,
    );
  await search({ ...options, again: false, onNote });
  return true;
}

/** A sweep as its folder tells it, to be gone on with: a search where it came from a file, else its jobs. */
export function continued(folder: string): SweepOptions | SearchOptions {
  const dir = resolve(folder);
  const { executor, profile, file, from, jobs } = readPlan(dir);
  const whole = { dir, executor, profile, from };
  return file ? { ...whole, search: searchIn(file) } : { ...whole, jobs: jobs.map(({ recipe }) => recipe) };
}
