/** How far a run is, without reading all of it: a run of days is asked as fast as one of seconds. */
import { join } from "node:path";
import { tailOf } from "../tail.js";

/** The step of the last whole row; 0 where there is none. */
export function lastStep(dir: string): number {
  const lines = (tailOf(join(dir, "metrics.jsonl"), 1 << 16) ?? "").split("\n").slice(0, -1);
  for (const line of lines.reverse()) {
    const step = /"step":(\d+)/.exec(line)?.[1];
    if (step !== undefined) return Number(step);
  }
  return 0;
}
