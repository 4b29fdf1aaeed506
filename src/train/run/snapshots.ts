/** Models that a run kept on its way: folders in its `snapshots`, named by their steps. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { load } from "../../model/index.js";
import type { LanguageModel } from "../../types.js";
import type { Run } from "./run.js";

/** As checkpoints and snapshots are called. */
export const stepName = (step: number): string => `step-${String(step).padStart(8, "0")}`;

export const snapshotFolder = (dir: string, step: number): string => join(dir, "snapshots", stepName(step));

export interface SnapshotsAsked {
  caller: string;
  /** A run with a folder, or that folder. */
  from: string | Run;
  /** Steps; default to all that are kept. */
  at?: readonly number[] | undefined;
}

/** Steps, and what reads the model of each. Throws one line where there is none, or none at a step that is asked for. */
export function snapshotsOf({ caller, from, at }: SnapshotsAsked): { step: number; model(): LanguageModel }[] {
  const dir = typeof from === "string" ? from : from.dir;
  if (dir === undefined) throw new Error(`${caller}: invalid run: it has no folder (give the run a dir)`);
  const kept = stepsIn(join(dir, "snapshots"));
  const due = at ?? kept;
  const missing = due.find((step) => !kept.includes(step));
  if (missing !== undefined || due.length === 0)
    throw new Error(
      `${caller}: invalid at: ${missing ?? "none"} (${dir} has snapshots at ${kept.join(", ") || "no step"})`,
    );
  return due.map((step) => ({ step, model: () => load(snapshotFolder(dir, step)) }));
}

/** Ascending. */
function stepsIn(folder: string): number[] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const steps = names.flatMap((name) => /^step-(\d+)$/.exec(name)?.[1] ?? []).map(Number);
  return steps.sort((a, b) => a - b);
}
