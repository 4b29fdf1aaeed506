/** What is there of a sweep's jobs before any is handed over: in their folders, in the ledger, and with who carries them out. */
import { join } from "node:path";
import { intactIn, isIntact } from "../runs/intact.js";
import { isLive, type Executor } from "./executors/types.js";
import { reachedRun } from "./folders.js";
import { readIntact } from "./intact.js";
import type { Job } from "./jobs.js";
import { readLedger, type SweepRow } from "./ledger.js";
import { foldersOf } from "./places.js";
import { type Reached, reachedOf } from "./settled.js";

export interface Surveyed {
  job: Job;
  /** Its folder's name below `runs`, and where it is. */
  name: string;
  dir: string;
  /** Its executor has it still: whatever its folder says, it is not over and cannot be handed over again. */
  live: boolean;
  reached?: Reached;
  /** The ledger's last. */
  row?: SweepRow;
}

export interface SurveyOptions {
  jobs: readonly Job[];
  /** The sweep's folder, which has `runs`. */
  dir: string;
  carrier: Executor;
}

/** One for each job, in their order. Throws one line where the executor does not answer. */
export async function survey({ jobs, dir, carrier }: SurveyOptions): Promise<Surveyed[]> {
  const names = foldersOf(jobs, join(dir, "runs"));
  const ledger = readLedger(join(dir, "sweep.jsonl"));
  const intact = readIntact(dir);
  // Who attends its runs has none while the sweep's lock is held by whoever asks.
  const seen = carrier.attends ? new Map<string, never>() : await carrier.poll(dir, [...names.values()]);
  const reached = (at: string, name: string, { recipe }: Job): Reached | undefined => {
    const known = intact.get(name) ?? intactIn(at);
    if (isIntact(at, known)) return { state: { status: "finished" }, intact: known, called: known.called };
    const found = reachedRun(at, recipe);
    return found && reachedOf(found);
  };
  return jobs.map((job) => {
    const name = names.get(job)!;
    const place = { job, name, dir: join(dir, "runs", name), live: isLive(seen.get(name)) };
    return { ...place, reached: place.live ? undefined : reached(place.dir, name, job), row: ledger.get(job.key) };
  });
}
