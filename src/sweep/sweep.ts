/**
 * Many recipes, each to its own run folder below one: what is finished is skipped, what was begun is gone on with, what
 * failed is a row like any other and tried again after the others. Results are the runs' folders; this room measures nothing.
 */
import { mkdirSync, readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { lock, read, readJobs, writeJobs } from "../runs/index.js";
import type { Intact } from "../runs/intact.js";
import { parseRecipe, type Recipe } from "../train/index.js";
import type { StepRow } from "../types.js";
import { isCancelled, unmarkCancelled } from "./cancelled.js";
import { carried } from "./carried.js";
import { changes } from "./changes.js";
import { checkElsewhere } from "./elsewhere.js";
import { executorOf } from "./executors/registry.js";
import type { Executor, Handed, Submission } from "./executors/types.js";
import { clear, reachedRun, stateOf } from "./folders.js";
import { writeIntact } from "./intact.js";
import { atHome, type Job, jobsOf } from "./jobs.js";
import { appendLedger, type SweepRow } from "./ledger.js";
import { parseProfile } from "./profile.js";
import { writePlan } from "./plan.js";
import type { SweepOptions, SweepResult } from "./options.js";
import { resultOf } from "./result.js";
import { faultOf, type Reached, reachedOf, renamed } from "./settled.js";
import { survey } from "./survey.js";
import { tally } from "./tally.js";

export async function sweep(options: SweepOptions): Promise<SweepResult> {
  return sweepChecked({ ...options, jobs: options.jobs.map((job, i) => parseRecipe(job, `sweep: job ${i}`)) });
}

/** The same of recipes as `parseRecipe` gives them. */
export async function sweepChecked(options: SweepOptions): Promise<SweepResult> {
  const {
    jobs: recipes,
    executor = "local",
    processes = availableParallelism(),
    patience = 3,
    from = process.cwd(),
    again = true,
    signal,
    onProgress,
  } = options;
  const profile = parseProfile(options.profile ?? {}, "sweep: profile");
  const carrier = executorOf(executor);
  if (!(Number.isInteger(processes) && processes >= 1))
    throw new Error(`sweep: invalid processes: ${processes} (a whole number from 1)`);
  if (!(patience >= 1)) throw new Error(`sweep: invalid patience: ${patience} (1 or more)`);
  const dir = resolve(options.dir);
  mkdirSync(join(dir, "runs"), { recursive: true });
  const onWait = (writer: string): void =>
    onProgress?.({ label: `waiting for ${writer}, which sweeps in the same folder`, done: 0, total: 1 });
  const held = await lock({ dir, caller: "sweep", patience: Infinity, signal, onWait });
  try {
    await checkElsewhere(dir, executor);
    if (again) unmarkCancelled(dir);
    else if (isCancelled(dir)) throw new Error(`sweep: ${dir} was cancelled (palimpsest sweep resume goes on with it)`);
    const jobs = await jobsOf(recipes, from);
    return await carryOut({
      ...options,
      executor,
      carrier,
      profile,
      processes,
      patience,
      again,
      from,
      dir,
      jobs,
      recipes,
      asked: options.processes !== undefined,
    });
  } finally {
    held.release();
  }
}

type Carrying = Omit<SweepOptions, "jobs"> &
  Required<Pick<SweepOptions, "executor" | "profile" | "processes" | "patience" | "again" | "from">> & {
    carrier: Executor;
    jobs: Job[];
    recipes: Recipe[];
    asked: boolean;
  };

async function carryOut(options: Carrying): Promise<SweepResult> {
  const { jobs, recipes, dir, from, carrier, processes, patience, again } = options;
  const { signal, onProgress, onRows, onRow, onStop, onNote } = options;
  const notes: string[] = [];
  const say = (note: string): void => {
    notes.push(note);
    onNote?.(note);
  };
  const runs = join(dir, "runs");
  const there = await survey({ jobs, dir, carrier });
  const names = new Map(there.map(({ job, name }) => [job, name]));
  const dirs = new Map(there.map(({ job, dir }) => [job, dir]));
  const dirOf = (job: Job): string => dirs.get(job)!;
  const inputs = jobs.flatMap(({ contents }) => [...contents].map(([path, { hash }]) => [path, hash] as const));
  const now = { runs: [...names.values()], inputs: Object.fromEntries(inputs) };
  const before = readJobs(runs) ?? { runs: readdirSync(runs), inputs: {} };
  for (const note of changes({ before, now, recipes, runs })) say(note);
  writeJobs(runs, now);
  writePlan(dir, {
    executor: options.executor,
    profile: options.profile,
    ...(options.file && { file: options.file, from: resolve(from) }),
    inputs: Object.fromEntries(jobs.flatMap(({ contents }) => [...contents])),
    jobs: jobs.map((job) => ({
      key: job.key,
      name: job.name,
      run: names.get(job)!,
      recipe: atHome(job.recipe, from),
      reads: [...job.contents.keys()],
    })),
  });

  const ledger = join(dir, "sweep.jsonl");
  const rows = new Map<Job, SweepRow>();
  const whole = new Map<Job, Reached>();
  const write = (changed: readonly [Job, Omit<SweepRow, "key" | "name" | "dir">][]): void => {
    const fresh = changed.map(([job, rest]) => ({ key: job.key, name: job.name, dir: dirOf(job), ...rest }));
    appendLedger(ledger, fresh);
    for (const [i, row] of fresh.entries()) {
      rows.set(changed[i]![0], row);
      onRow?.(row);
    }
  };
  const open: Job[] = [];
  const news: [Job, Reached["state"]][] = [];
  for (const { job, live, reached, row } of there) {
    if (live) continue;
    if (reached) {
      whole.set(job, reached);
      const { state } = reached;
      if (row?.status === state.status && row.step === state.step)
        rows.set(job, { ...row, name: job.name, dir: dirOf(job) });
      else news.push([job, state]);
      continue;
    }
    if (!again && (row?.status === "failed" || row?.status === "interrupted")) {
      rows.set(job, row);
      continue;
    }
    const broken = clear(dirOf(job));
    if (broken || row?.status === "finished")
      say(`${job.name} is made again: its folder is ${broken ? "not whole" : "gone"}`);
    open.push(job);
  }
  write(news);
  // What failed before may fail again: it must not keep the others from their turn.
  const failed = new Set(there.filter(({ row }) => row?.status === "failed").map(({ job }) => job));
  const hasFailed = (job: Job): number => Number(failed.has(job));
  open.sort((a, b) => hasFailed(a) - hasFailed(b));

  const held = there.filter(({ live }) => live).length;
  if (held > 0 && again) say(`${options.executor} has ${held === 1 ? "1 run" : `${held} runs`} already`);
  const progress = tally(jobs, [...whole.keys()], onProgress);
  const allowed = carrier.attends
    ? carried({
        recipes: open.map(({ recipe }) => recipe),
        from,
        processes,
        asked: options.asked,
        free: options.memory,
      })
    : { processes };
  if (allowed.line !== undefined && open.length > 0) say(allowed.line);
  const taskOf = (job: Job): Handed => ({
    run: names.get(job)!,
    recipe: job.recipe,
    anywhere: atHome(job.recipe, from),
    dir: dirOf(job),
    from,
    threads: 1,
  });
  const tasks = open.map(taskOf);
  const jobAt: Job[] = [];
  for (const job of jobs) for (const place of job.places) jobAt[place] = job;
  const further = (job: Job, stopAt: number | undefined): void => {
    job.recipe = { ...job.recipe, stopAt };
    whole.delete(job);
    progress.further(job);
    open.push(job);
    tasks.push(taskOf(job));
  };
  const submission: Submission = {
    dir,
    tasks,
    profile: options.profile,
    processes: allowed.processes,
    patience,
    grows: onStop !== undefined,
    signal,
    onRows(task, batch) {
      const job = open[task]!;
      for (const place of job.places) onRows?.(place, batch);
      const last = batch.filter((row): row is StepRow => !("domain" in row)).at(-1);
      if (last) progress.row(job, last);
    },
    onNotice: (task, line) => say(`${open[task]!.name}: ${line}`),
    onLine: say,
    async onOutcome(task, outcome) {
      const job = open[task]!;
      const paused = outcome.status === "interrupted" && reachedRun(dirOf(job), job.recipe);
      const ended = outcome.status === "finished" || paused;
      const fault = ended ? await faultOf(job, dirOf(job)) : undefined;
      const found = ended && !fault ? reachedRun(dirOf(job), job.recipe) : undefined;
      if (found) whole.set(job, reachedOf(found));
      if (fault) write([[job, { status: "failed", error: `${fault} (run the sweep again)` }]]);
      else write([[job, found ? stateOf(found) : outcome]]);
      progress.over(job, found !== undefined);
      if (found)
        for (const { job: place, stopAt } of (await onStop?.(job.places[0]!, read(dirOf(job)))) ?? [])
          further(jobAt[place]!, stopAt);
    },
  };
  if (tasks.length > 0) await carrier.submit(submission);

  const intact = new Map<string, Intact>();
  for (const [job, reached] of whole)
    if (!renamed(dirOf(job), reached, job.recipe) && reached.intact) intact.set(names.get(job)!, reached.intact);
  writeIntact(dir, intact);
  const reached = new Map([...whole.keys()].map((job) => [job, dirOf(job)]));
  return resultOf({ dir, recipes, jobAt, rows, reached, stopped: whole.size < jobs.length, notes });
}
