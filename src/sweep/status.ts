/**
 * How far a sweep is, from anywhere that sees its folder: the runs' folders say what is finished, the executor what waits and
 * what it lost, and whoever looks writes what is new into the ledger and `intact.json`, under the folder's lock.
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { lock } from "../lock.js";
import type { Intact } from "../runs/intact.js";
import { lastStep } from "../runs/last-step.js";
import { extentOf } from "../train/recipe/extent.js";
import { changedOf } from "./contents.js";
import { executorOf } from "./executors/registry.js";
import { isLive, type Seen } from "./executors/types.js";
import { writing } from "./executors/writing.js";
import { droppedRun, failureOf, reachedRun } from "./folders.js";
import { readIntact, writeIntact } from "./intact.js";
import { appendLedger, isReached, readLedger, type SweepRow } from "./ledger.js";
import { type Plan, type PlannedJob, readPlan } from "./plan.js";
import { reachedOf } from "./settled.js";

export interface RunStatus {
  name: string;
  /** The run's folder. */
  dir: string;
  /** "paused": stopped where its recipe says. */
  status: "finished" | "paused" | "failed" | "interrupted" | "running" | "waiting" | "not begun";
  /** Updates done, of how many. */
  step: number;
  steps: number;
  /** Present where it failed because the loss stopped being a number. */
  diverged?: true;
  /** One line: what it failed with, why it waits, what ended it. */
  why?: string;
}

export interface SweepStatus {
  dir: string;
  executor: string;
  /** In the order of the jobs. */
  runs: RunStatus[];
  /** Why something is not known. */
  notes: string[];
}

/** Whether it waits or runs. */
export const isOpen = ({ status }: RunStatus): boolean => status === "running" || status === "waiting";

export async function status(folder: string): Promise<SweepStatus> {
  const dir = resolve(folder);
  const plan = readPlan(dir, "sweep status");
  const ledger = readLedger(join(dir, "sweep.jsonl"));
  const dirOf = ({ run }: PlannedJob): string => join(dir, "runs", run);
  const isDone = (job: PlannedJob): boolean =>
    isReached(ledger.get(job.key), job.recipe) && existsSync(join(dirOf(job), "run.json"));
  const open = plan.jobs.filter((job) => !isDone(job)).map(({ run }) => run);
  const { seen, notes } = await look(dir, plan, open);
  const fresh: SweepRow[] = [];
  const whole: [run: string, Intact][] = [];
  const runs: RunStatus[] = [];
  for (const job of plan.jobs) {
    const { key, name } = job;
    const { steps } = extentOf(job.recipe);
    const about = { name, dir: dirOf(job), steps };
    if (isDone(job)) {
      const row = ledger.get(key);
      runs.push({ ...about, status: row?.status === "paused" ? "paused" : "finished", step: row?.step ?? steps });
      continue;
    }
    const { row, intact, ...found } = await judge({
      job,
      plan,
      dir: dirOf(job),
      seen: seen.get(job.run),
      before: ledger.get(key),
    });
    runs.push({ ...about, ...found });
    if (row) fresh.push({ key, name, dir: dirOf(job), ...row });
    if (intact) whole.push([job.run, intact]);
  }
  await tell(dir, fresh, whole);
  return { dir, executor: plan.executor, runs, notes };
}

/** What the executor knows; where it does not answer, what the folders' locks say. */
async function look(dir: string, plan: Plan, open: string[]): Promise<{ seen: Map<string, Seen>; notes: string[] }> {
  try {
    return { seen: await executorOf(plan.executor).poll(dir, open), notes: [] };
  } catch (error) {
    return { seen: writing(dir, open), notes: [(error as Error).message.replace(/^sweep: /, "")] };
  }
}

interface JudgeOptions {
  job: PlannedJob;
  plan: Plan;
  dir: string;
  seen?: Seen;
  before?: SweepRow;
}

type Judged = Pick<RunStatus, "status" | "step" | "why" | "diverged"> & {
  row?: Pick<SweepRow, "status" | "error" | "step" | "diverged">;
  intact?: Intact | undefined;
};

/** Of a run that the ledger does not know as finished. */
async function judge({ job, plan, dir, seen, before }: JudgeOptions): Promise<Judged> {
  const found = seen?.state === "running" ? undefined : reachedRun(dir, job.recipe);
  if (found) {
    const changed = await changedOf(job.reads.map((path) => [path, plan.inputs[path]!] as const));
    const { state, intact } = reachedOf(found);
    if (changed === undefined) return { step: found.step, ...state, row: state, intact } as Judged;
    const error = `${droppedRun(dir, changed)} (run the sweep again)`;
    return { status: "failed", step: 0, why: error, row: { status: "failed", error } };
  }
  const step = lastStep(dir);
  const why = seen?.why === undefined ? {} : { why: seen.why };
  if (isLive(seen)) return { status: seen!.state as "waiting" | "running", step, ...why };
  const failure = failureOf(dir) ?? (seen?.state === "failed" ? { error: seen.why } : undefined);
  if (failure) {
    const { error = "it failed", ...rest } = failure;
    return { status: "failed", step, why: error, ...rest, row: { status: "failed", error, ...rest } };
  }
  if (before?.status === "failed") return { status: "failed", step, why: before.error };
  if (seen && existsSync(join(dir, "run.json")))
    return { status: "interrupted", step, ...why, row: { status: "interrupted" } };
  return { status: existsSync(join(dir, "run.json")) ? "interrupted" : "not begun", step, ...why };
}

/** A sweep that is at work here writes its own rows. */
async function tell(dir: string, rows: readonly SweepRow[], whole: readonly [string, Intact][]): Promise<void> {
  if (rows.length + whole.length === 0) return;
  const held = await lock({ dir, caller: "sweep status" }).catch(() => undefined);
  if (!held) return;
  try {
    const path = join(dir, "sweep.jsonl");
    const known = readLedger(path);
    const fresh = rows.filter(({ key, status, error, step }) => {
      const before = known.get(key);
      return before?.status !== status || before.error !== error || before.step !== step;
    });
    appendLedger(path, fresh);
    writeIntact(dir, new Map([...readIntact(dir), ...whole]));
  } finally {
    held.release();
  }
}
