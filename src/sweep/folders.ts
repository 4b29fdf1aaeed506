/** Where the runs of a sweep lie, and what is in their folders: the folders decide what is finished, the ledger only tells. */
import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { fileNameOf } from "../names.js";
import { damagedFile, read, type RunData } from "../runs/index.js";
import { type Recipe, TRAINER } from "../train/index.js";
import { type Job, settingsOf } from "./jobs.js";
import type { SweepRow } from "./ledger.js";

/** Folder names by job, below `runs`: the one that is there under whatever name, else a new one. */
export function foldersOf(jobs: readonly Job[], runs: string): Map<Job, string> {
  const byKey = new Map<string, string>();
  const bySettings = new Map<string, { name: string; changed: number }>();
  for (const { name } of readdirSync(runs, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
    const key = /-([0-9a-f]{16})$/.exec(name)?.[1];
    if (key !== undefined) byKey.set(key, name);
    else former(join(runs, name), (settings, changed) => bySettings.set(settings, { name, changed }));
  }
  return new Map(
    jobs.map((job) => {
      const old = bySettings.get(job.settings);
      const untouched = old && [...job.contents.values()].every(({ changed }) => changed <= old.changed);
      const fresh = `${fileNameOf(job.recipe.name ?? "run")}-${job.key}`;
      return [job, byKey.get(job.key) ?? (untouched ? old.name : fresh)];
    }),
  );
}

/**
 * A folder named by an earlier version, before what the files hold was part of a run's key: it is taken for a job of the same
 * settings, unless a file was changed after the run.
 */
function former(dir: string, found: (settings: string, changed: number) => void): void {
  try {
    const { record } = read(dir);
    const recipe = record.notes?.recipe as Recipe | undefined;
    if (recipe && (record.recipe as { trainer?: number }).trainer === TRAINER)
      found(settingsOf(recipe), statSync(join(dir, "run.json")).mtimeMs);
  } catch {
    // Not a run.
  }
}

/** The run, where it is finished and everything of it is there. */
export function wholeRun(dir: string): RunData | undefined {
  try {
    const run = read(dir);
    const { status, recipe, files } = run.record;
    const complete = run.steps.length === (recipe as { steps?: number }).steps;
    // Runs of an earlier version have no hashes of what they left.
    const intact = files ? !damagedFile(dir, files) : existsSync(join(dir, "model", "config.json"));
    return status === "finished" && complete && intact ? run : undefined;
  } catch {
    return undefined;
  }
}

/** The run, where it is whole or was stopped where its recipe says. A later rung of it may be begun: then it goes on. */
export function reachedRun(dir: string, { stopAt }: Recipe): RunData | undefined {
  const whole = wholeRun(dir);
  if (whole || stopAt === undefined) return whole;
  try {
    const run = read(dir);
    const { length } = run.steps;
    // While it runs, what was measured at an update is there when the next one is.
    return length > stopAt || (length === stopAt && run.record.status === "interrupted") ? run : undefined;
  } catch {
    return undefined;
  }
}

/** What a run failed with, itself or in one of its stages, as its folder tells it: nothing of one that its machine took along. */
export function failureOf(dir: string): Pick<SweepRow, "error" | "diverged"> | undefined {
  for (const each of [dir, ...stagesOf(dir)])
    try {
      const { status, error, diverged } = read(each).record;
      if (status === "failed") return { error, ...(diverged && { diverged }) };
    } catch {
      // Not a run yet.
    }
  return undefined;
}

/** As the ledger says it. */
export const stateOf = ({ record, steps }: RunData): Pick<SweepRow, "status" | "step"> =>
  record.status === "finished" ? { status: "finished" } : { status: "paused", step: steps.length };

/** Removes what cannot be gone on with, stages included, so that it is made again; answers whether there was any. */
export function clear(dir: string): boolean {
  const broken = [dir, ...stagesOf(dir)].filter(isBroken);
  for (const each of broken) rmSync(each, { recursive: true, force: true });
  return broken.length > 0;
}

/** Removes a run during which a file was changed: which of the two texts it saw is not known. Answers with why. */
export function droppedRun(dir: string, changed: string): string {
  rmSync(dir, { recursive: true, force: true });
  return `${basename(changed)} was changed while it ran`;
}

/** Finished with something missing, or checkpoints without the rows that led to them. */
function isBroken(dir: string): boolean {
  if (!existsSync(dir) || wholeRun(dir)) return false;
  if (!existsSync(join(dir, "run.json"))) return entries(join(dir, "checkpoints")).length > 0;
  try {
    return read(dir).record.status === "finished" || !existsSync(join(dir, "metrics.jsonl"));
  } catch {
    return true;
  }
}

const stagesOf = (dir: string): string[] => entries(join(dir, "stages")).map((name) => join(dir, "stages", name));
const entries = (dir: string): string[] => (existsSync(dir) ? readdirSync(dir) : []);
