/** A sweep that was handed to another executor is not handed out twice: what that one has is taken back first. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { executorOf } from "./executors/registry.js";
import { isLive } from "./executors/types.js";
import { readPlan } from "./plan.js";

/** Throws one line where runs still wait or run with another executor than `executor`, or where that cannot be told. */
export async function checkElsewhere(dir: string, executor: string): Promise<void> {
  if (!existsSync(join(dir, "plan.json"))) return;
  const before = readPlan(dir);
  // Whoever attends runs holds the lock of the sweep's folder as long.
  if (before.executor === executor || executorOf(before.executor).attends) return;
  const names = before.jobs.map(({ run }) => run);
  const seen = await executorOf(before.executor).poll(dir, names);
  const live = [...seen.values()].filter(isLive).length;
  if (live > 0)
    throw new Error(
      `sweep: invalid executor: ${executor} (${live === 1 ? "1 run is" : `${live} runs are`} with ${before.executor}; wait for it, or take it back with palimpsest sweep cancel ${dir})`,
    );
}
