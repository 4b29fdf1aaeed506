/** A run from its folder, the model included: what a sweep or the command line trained, back in a notebook. */
import { resolve } from "node:path";
import { damagedFile, read } from "../../runs/index.js";
import type { Run } from "./run.js";
import { modelsIn } from "./run-model.js";

/** Fails where the run has no model yet, or not the one that was written. */
export function open(dir: string): Run {
  const folder = resolve(dir);
  const { record, steps, evaluations, measurements } = read(folder);
  const fault = record.files && damagedFile(folder, record.files);
  if (fault !== undefined)
    throw new Error(`train.open: invalid run: ${folder} (${fault}; resume the run to make it again)`);
  const rows = { steps, evaluations, measurements };
  return { ...modelsIn(folder), record, ...rows, stopped: record.status !== "finished", dir: folder };
}
