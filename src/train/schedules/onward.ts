/** Another schedule from its update `from` on, as it would have gone on to its `total`: what a branch that keeps its run's goes on with. */
import { made, write } from "../../registry.js";
import type { Schedule } from "./types.js";

export function onward({ of, from, total }: { of: Schedule; from: number; total: number }): Schedule {
  return made(
    {
      name: "onward",
      options: { of: write(of), from, total },
      learningRate(step, steps) {
        if (from + steps > total)
          throw new Error(
            `onward: invalid steps: ${steps} (${of.name} ends after ${total - from} more: give a new schedule)`,
          );
        return of.learningRate(from + step, total);
      },
      get highest() {
        return of.highest ?? highestOf(of, total);
      },
    },
    of,
  );
}

/** Highest rate of a run of `total` updates. */
export function highestOf(schedule: Schedule, total: number): number {
  let highest = 0;
  for (let step = 1; step <= total; step++) highest = Math.max(highest, schedule.learningRate(step, total));
  return highest;
}
