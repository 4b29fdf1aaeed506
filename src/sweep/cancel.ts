/** Takes a sweep back from whoever has it, from anywhere that sees its folder. */
import { resolve } from "node:path";
import { lock } from "../lock.js";
import { markCancelled } from "./cancelled.js";
import { executorOf } from "./executors/registry.js";
import { readPlan } from "./plan.js";

/** Milliseconds that whoever hands over may take. */
const patience = 60_000;

/** Asks every run to save and end, and keeps a watch from handing over more; answers with a line that says what was done. */
export async function cancel(folder: string): Promise<string> {
  const dir = resolve(folder);
  const executor = executorOf(readPlan(dir, "sweep cancel").executor);
  // Who attends its runs holds the lock, and ends with them.
  if (executor.attends) return executor.cancel(dir);
  const held = await lock({ dir, caller: "sweep cancel", patience });
  try {
    const line = await executor.cancel(dir);
    markCancelled(dir);
    return line;
  } finally {
    held.release();
  }
}
