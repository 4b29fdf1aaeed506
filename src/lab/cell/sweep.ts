/**
 * Jobs as a cell wants them: all of them run, or an error that says how to go on. Interrupt ends the sweep in good order,
 * and the cell goes on with it when it is run again. The sweep itself is the room's.
 */
import { sweep as sweepJobs } from "../../sweep/index.js";
import type { RunData } from "../../runs/index.js";
import type { Recipe } from "../../train/index.js";
import { progress } from "./cell-progress.js";
import { interruptible } from "./interruptible.js";

export interface CellSweepOptions {
  /** Recipes, as `train.job` and `study.job` give them; they need not be awaited. */
  jobs: readonly (Recipe | Promise<Recipe>)[];
  /** The sweep's folder; what is finished there is not run again. */
  dir: string;
}

/** The finished runs, in the order of their jobs. Throws when one is not finished, with what the first that failed says. */
export async function sweep({ jobs, dir }: CellSweepOptions): Promise<RunData[]> {
  const bar = progress();
  const recipes = await Promise.all(jobs.map((job) => Promise.resolve(job)));
  const onNote = (label: string): void => bar.report({ label, done: 1, total: 1, notice: true });
  const { runs, rows, stopped } = await interruptible((signal) =>
    sweepJobs({ jobs: recipes, dir, signal, onProgress: bar.report, onNote }),
  );
  bar.done();
  const failed = rows.find((row) => row?.status === "failed");
  const why = failed ? `; ${failed.name}: ${failed.error}` : "";
  if (stopped)
    throw new Error(
      `sweep: not finished: ${runs.length} of ${recipes.length} runs are done (run this cell again to go on with it)${why}`,
    );
  return runs;
}
