/** Who carries out a sweep's runs. Adding one is a file, a row here and a test. */
import { local } from "./local.js";
import { shell } from "./shell.js";
import { skypilot } from "./skypilot.js";
import { slurm } from "./slurm.js";
import type { Executor } from "./types.js";

export const executors: Record<string, Executor> = { local, slurm, shell, skypilot };

/** The row; throws one line that names them all. */
export function executorOf(name: string): Executor {
  if (Object.hasOwn(executors, name)) return executors[name]!;
  throw new Error(`sweep: invalid executor: ${name} (one of ${Object.keys(executors).join(", ")})`);
}
