/**
 * A sweep followed from its folder until nothing is left to do: what a search wants next is handed over as soon as it can be
 * told. Nothing is kept here: a watch that was killed is called again, and two of them take turns at the sweep's lock.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { executorOf } from "./executors/registry.js";
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
      // Whoever attends his runs goes on himself.
      if (!executorOf(now.executor).attends && (await (await import("./go-on.js")).goOn(now.dir, onNote)))
        now = await status(dir);
    }
    if (signal?.aborted || (now.notes.length === 0 && !now.runs.some(isOpen))) return now;
    onStatus?.(now);
    await sleep(every, undefined, { signal }).catch(() => {});
  }
}
