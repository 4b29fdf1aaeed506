/** What a sweep answers. Runs are read when they are first asked for: of thousands, whoever only counts wants none. */
import { read, type RunData } from "../runs/index.js";
import type { Recipe } from "../train/index.js";
import type { Job } from "./jobs.js";
import type { SweepRow } from "./ledger.js";
import type { SweepResult } from "./options.js";

export interface ResultOptions {
  dir: string;
  recipes: readonly Recipe[];
  /** By the places of the recipes. */
  jobAt: readonly Job[];
  rows: ReadonlyMap<Job, SweepRow>;
  /** Folders of the runs that are over as far as their recipes go. */
  reached: ReadonlyMap<Job, string>;
  stopped: boolean;
  notes: string[];
}

export function resultOf({ dir, recipes, jobAt, rows, reached, stopped, notes }: ResultOptions): SweepResult {
  let all: (RunData | undefined)[] | undefined;
  let finished: RunData[] | undefined;
  const readAll = (): (RunData | undefined)[] => {
    const runs = new Map([...reached].map(([job, dir]) => [job, read(dir)]));
    return jobAt.map((job) => runs.get(job));
  };
  return {
    dir,
    rows: recipes.map(({ name }, place) => {
      const row = rows.get(jobAt[place]!);
      return row && { ...row, name: name ?? row.key };
    }),
    get reached() {
      return (all ??= readAll());
    },
    get runs() {
      return (finished ??= (all ??= readAll()).flatMap((run, place) => {
        const { name = "run", labels } = recipes[place]!;
        return run?.record.status === "finished" ? [{ ...run, record: { ...run.record, name, labels } }] : [];
      }));
    },
    stopped,
    notes,
  };
}
