/** A run from its folder, the model included: what a sweep or the command line trained, back in a notebook. */
import { join, resolve } from "node:path";
import { load } from "../model/index.js";
import { read } from "../runs/index.js";
import type { Run } from "./run.js";

/** Fails where the run has no model yet. */
export function open(dir: string): Run {
  const folder = resolve(dir);
  const { record, steps, evaluations } = read(folder);
  const model = load(join(folder, "model"));
  return { model, record, steps, evaluations, stopped: record.status !== "finished", dir: folder };
}
