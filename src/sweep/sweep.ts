/**
 * Many recipes, each to its own run folder below one: what is finished is skipped, what was begun is gone on with, what
 * failed is a row like any other. Results are the runs' folders; this room measures nothing.
 */
import { mkdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { read, type RunData } from "../runs/index.js";
import { hashOf, parseRecipe, type Recipe, TRAINER } from "../train/index.js";
import type { Evaluation, OnProgress, StepRow } from "../types.js";
import { executors } from "./executors.js";
import { appendLedger, readLedger, type SweepRow } from "./ledger.js";

export interface SweepOptions {
  /** One run each. Two equal recipes are one run. */
  jobs: Recipe[];
  /** The sweep's folder: `sweep.jsonl`, and the runs below `runs/`. */
  dir: string;
  /** The folder that paths in recipes are relative to. Defaults to the working directory. */
  from?: string;
  /** Row of `executors`. Defaults to "local". */
  executor?: string;
  /** Runs at once. Defaults to the number of cores, each with one engine thread unless a recipe says otherwise. */
  processes?: number;
  /** Failures in a row after which nothing more is begun. Defaults to 3. */
  patience?: number;
  signal?: AbortSignal;
  /** Updates done over all runs. */
  onProgress?: OnProgress;
  /** Rows of the job with this number, in batches a few times a second. */
  onRows?: (job: number, rows: (StepRow | Evaluation)[]) => void;
  /** Every row that is written to `sweep.jsonl`. */
  onRow?: (row: SweepRow) => void;
}

export interface SweepResult {
  dir: string;
  /** One per job and in their order; a job that was not begun has none. */
  rows: (SweepRow | undefined)[];
  /** The finished runs, in the order of their jobs. */
  runs: RunData[];
  /** Whether some job is not finished. */
  stopped: boolean;
}

export async function sweep(options: SweepOptions): Promise<SweepResult> {
  const {
    executor = "local",
    processes = availableParallelism(),
    patience = 3,
    from = process.cwd(),
    signal,
    onProgress,
    onRows,
    onRow,
  } = options;
  if (!Object.hasOwn(executors, executor))
    throw new Error(`sweep: invalid executor: ${executor} (one of ${Object.keys(executors).join(", ")})`);
  if (!(Number.isInteger(processes) && processes >= 1))
    throw new Error(`sweep: invalid processes: ${processes} (a whole number from 1)`);
  if (!(patience >= 1)) throw new Error(`sweep: invalid patience: ${patience} (1 or more)`);
  const dir = resolve(options.dir);
  const ledger = join(dir, "sweep.jsonl");
  mkdirSync(join(dir, "runs"), { recursive: true });

  const jobs = options.jobs.map((job, i) => {
    const recipe = parseRecipe(job, `sweep: job ${i}`);
    const key = hashOf({ trainer: TRAINER, recipe });
    const name = recipe.name ?? key;
    return {
      recipe,
      key,
      name,
      dir: join(dir, "runs", recipe.name === undefined ? key : `${fileName(name)}-${key.slice(0, 8)}`),
    };
  });
  const known = readLedger(ledger);
  const rows = new Map<string, SweepRow>(
    [...known].filter(([key, row]) => row.status === "finished" && jobs.some((job) => job.key === key)),
  );
  const open = jobs.filter((job, i) => !rows.has(job.key) && jobs.findIndex(({ key }) => key === job.key) === i);

  const total = jobs.reduce((sum, { recipe }) => sum + recipe.steps, 0);
  const done = new Map<string, number>(jobs.map(({ key, recipe }) => [key, rows.has(key) ? recipe.steps : 0]));
  const speeds = new Map<string, number>();
  const report = (): void => {
    const finished = jobs.filter(({ key }) => rows.get(key)?.status === "finished").length;
    const speed = [...speeds.values()].reduce((a, b) => a + b, 0);
    const note = `${finished}/${jobs.length} runs${speed > 0 ? `, ${(speed / 1000).toFixed(1)}k tokens/s` : ""}`;
    onProgress?.({ label: "sweep", done: jobs.reduce((sum, { key }) => sum + done.get(key)!, 0), total, note });
  };
  report();
  await executors[executor]!.run({
    tasks: open.map(({ recipe, dir }) => ({ recipe, dir, from, threads: 1 })),
    processes,
    patience,
    signal,
    onRows(task, batch) {
      const { key } = open[task]!;
      const last = batch.filter((row): row is StepRow => !("domain" in row)).at(-1);
      if (last) {
        done.set(key, last.step);
        speeds.set(key, last.tokensPerSecond);
      }
      jobs.forEach((job, i) => job.key === key && onRows?.(i, batch));
      report();
    },
    onOutcome(task, outcome) {
      const { key, name, dir, recipe } = open[task]!;
      const row: SweepRow = { key, name, dir, ...outcome };
      appendLedger(ledger, row);
      rows.set(key, row);
      speeds.delete(key);
      if (row.status === "finished") done.set(key, recipe.steps);
      onRow?.(row);
      report();
    },
  });
  const finished = jobs.filter(({ key }) => rows.get(key)?.status === "finished");
  return {
    dir,
    rows: jobs.map(({ key }) => rows.get(key)),
    runs: finished.map((job) => read(job.dir)),
    stopped: finished.length < jobs.length,
  };
}

const fileName = (name: string): string => name.replace(/[^\p{L}\p{N}._-]+/gu, "-").slice(0, 60);
