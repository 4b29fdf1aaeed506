/** What is in the folders of a sweep's runs: they decide what is finished, the ledger only tells. */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { damagedFile, read, type RunRecord } from "../runs/index.js";
import { intactIn, isIntact, type Stamps, stampsOf } from "../runs/intact.js";
import { readRecord } from "../runs/record.js";
import type { Recipe } from "../train/index.js";
import type { SweepRow } from "./ledger.js";

export interface Examined {
  record: RunRecord;
  /** Updates done. */
  step: number;
  /** Of every file that was looked at, where the run is finished and everything of it is there. */
  files?: Stamps;
}

function wholeRun(dir: string): Examined | undefined {
  try {
    const files = stampsOf(dir, ["run.json"]);
    const record = readRecord(dir, "sweep");
    if (record.status !== "finished") return undefined;
    const { recipe, files: left } = record;
    const step = (recipe as { steps: number }).steps;
    const known = intactIn(dir);
    if (isIntact(dir, known)) return { record, step, files: known.files };
    Object.assign(files, stampsOf(dir, [...new Set([rows, ...(left ? Object.keys(left) : [config])])]));
    // Runs of an earlier version have no hashes of what they left, or none of their rows.
    const intact = left ? !damagedFile(dir, left) : existsSync(join(dir, config));
    const complete = left?.[rows] !== undefined || read(dir).steps.length === step;
    return intact && complete ? { record, step, files } : undefined;
  } catch {
    return undefined;
  }
}

const rows = "metrics.jsonl";
const config = join("model", "config.json");

/** The run, where it is whole or was stopped where its recipe says. A later rung of it may be begun: then it goes on. */
export function reachedRun(dir: string, { stopAt }: Recipe): Examined | undefined {
  const whole = wholeRun(dir);
  if (whole || stopAt === undefined) return whole;
  try {
    const { record, steps } = read(dir);
    const step = steps.length;
    // While it runs, what was measured at an update is there when the next one is.
    return step > stopAt || (step === stopAt && record.status === "interrupted") ? { record, step } : undefined;
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
export const stateOf = ({ record, step }: Examined): Pick<SweepRow, "status" | "step"> =>
  record.status === "finished" ? { status: "finished" } : { status: "paused", step };

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
    return read(dir).record.status === "finished" || !existsSync(join(dir, rows));
  } catch {
    return true;
  }
}

const stagesOf = (dir: string): string[] => entries(join(dir, "stages")).map((name) => join(dir, "stages", name));
const entries = (dir: string): string[] => (existsSync(dir) ? readdirSync(dir) : []);
