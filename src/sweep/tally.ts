/** How far a sweep is: updates done over all runs, runs finished, and how fast those go that are training now. */
import type { OnProgress, StepRow } from "../types.js";
import { extentOf } from "../train/index.js";
import type { Job } from "./jobs.js";

export interface Tally {
  row(job: Job, last: StepRow): void;
  /** The job is over; finished or not. */
  over(job: Job, finished: boolean): void;
  /** A job that was over goes on, to where its recipe says now. */
  further(job: Job): void;
}

export function tally(jobs: readonly Job[], finished: readonly Job[], onProgress: OnProgress | undefined): Tally {
  const ends = new Map(jobs.map((job) => [job, extentOf(job.recipe).steps]));
  const stepsOf = (job: Job): number => Math.min(ends.get(job)!, job.recipe.stopAt ?? Infinity);
  const weight = (job: Job): number => stepsOf(job) * job.places.length;
  let total = jobs.reduce((sum, job) => sum + weight(job), 0);
  const recipes = jobs.reduce((sum, { places }) => sum + places.length, 0);
  const steps = new Map<Job, number>();
  const speeds = new Map<Job, number>();
  let done = 0;
  let runs = 0;
  const reach = (job: Job, step: number): void => {
    done += (step - (steps.get(job) ?? 0)) * job.places.length;
    steps.set(job, step);
  };
  const report = (): void => {
    const speed = [...speeds.values()].reduce((a, b) => a + b, 0);
    const note = `${runs}/${recipes} runs${speed > 0 ? `, ${(speed / 1000).toFixed(1)}k tokens/s` : ""}`;
    onProgress?.({ label: "sweep", done, total, note });
  };
  for (const job of finished) {
    reach(job, stepsOf(job));
    runs += job.places.length;
  }
  report();
  return {
    row(job, { step, tokensPerSecond }) {
      reach(job, step);
      speeds.set(job, tokensPerSecond);
      report();
    },
    over(job, whole) {
      speeds.delete(job);
      if (whole) {
        reach(job, stepsOf(job));
        runs += job.places.length;
      }
      report();
    },
    further(job) {
      total += (stepsOf(job) - (steps.get(job) ?? 0)) * job.places.length;
      runs -= job.places.length;
    },
  };
}
