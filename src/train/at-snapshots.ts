/**
 * Anything that is measured of a model, over the snapshots of a run: attention maps, CCA with the base, heads that copy, neurons of
 * one language. What the run's own evaluations measure needs no snapshots (`evaluators`).
 */
import type { LanguageModel } from "../types.js";
import type { Run } from "./run/run.js";
import { snapshotsOf } from "./run/snapshots.js";

export interface AtSnapshotsOptions<Row> {
  /** Rows of one model; `step` is the snapshot's. */
  measure: (model: LanguageModel, step: number) => readonly Row[] | Promise<readonly Row[]>;
  /** Steps of the snapshots; default to all, of which the start is one only where the run kept step 0. */
  at?: readonly number[];
  signal?: AbortSignal;
}

/** The rows of all, each with its `step`: a table over time. `from` is a run with a folder, or that folder. */
export async function atSnapshots<Row extends object>(
  from: string | Run,
  { measure, at, signal }: AtSnapshotsOptions<Row>,
): Promise<(Row & { step: number })[]> {
  const rows: (Row & { step: number })[] = [];
  for (const { step, model } of snapshotsOf({ caller: "atSnapshots", from, at })) {
    signal?.throwIfAborted();
    for (const row of await measure(model(), step)) rows.push({ ...row, step });
  }
  return rows;
}
