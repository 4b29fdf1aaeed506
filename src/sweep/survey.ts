/** What is there of a sweep's jobs before any is handed over: in their folders, in the ledger, and with who carries them out. */
import { join } from "node:path";
import type { RunData } from "../runs/index.js";
import { isLive, type Executor } from "./executors/types.js";
import { foldersOf, reachedRun } from "./folders.js";
import type { Job } from "./jobs.js";
import { readLedger, type SweepRow } from "./ledger.js";

export interface Surveyed {
  job: Job;
  /** Its folder's name below `runs`, and where it is. */
  name: string;
  dir: string;
  /** Its executor has it still: whatever its folder says, it is not over and cannot be handed over again. */
  live: boolean;
  /** The run, where it is over as far as its recipe goes. */
  run?: RunData;
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
  // Who attends its runs has none while the sweep's lock is held by whoever asks.
  const seen = carrier.attends ? new Map<string, never>() : await carrier.poll(dir, [...names.values()]);
  return jobs.map((job) => {
    const name = names.get(job)!;
    const place = { job, name, dir: join(dir, "runs", name), live: isLive(seen.get(name)) };
    return { ...place, run: place.live ? undefined : reachedRun(place.dir, job.recipe), row: ledger.get(job.key) };
  });
}
