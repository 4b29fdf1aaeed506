/**
 * Hugging Face's `trainer_state.json`: `log_history` is a list of what was logged at a step, and one step may have several
 * entries (training, then evaluation). They become one row a step; the counters of the whole run go to its last step.
 */
import { basename, dirname } from "node:path";
import { show } from "../../foreign.js";
import { flat } from "./cells.js";
import { wholeJson } from "./json.js";
import { checkSize, refuse, type Row, type Source } from "./types.js";

const counters = ["total_flos", "num_input_tokens_seen", "train_batch_size"];

export function readTrainerState({ path, run }: Source): Row[] {
  const state = wholeJson(path) as Record<string, unknown>;
  const history = state?.log_history;
  if (!Array.isArray(history))
    throw refuse(path, "trainer state: no log_history", "is it Hugging Face's trainer_state.json?");
  checkSize(path, history.length);
  const rows = new Map<number, Row>();
  history.forEach((entry: unknown, i) => {
    const step = (entry as { step?: unknown } | null)?.step;
    if (typeof step !== "number") throw refuse(path, `log_history[${i}].step: ${show(step)}`, "every entry has a step");
    const row = rows.get(step) ?? { run };
    flat(entry as object, row);
    rows.set(step, row);
  });
  const last = [...rows.values()].at(-1);
  if (last) for (const name of counters) if (typeof state[name] === "number") last[name] ??= state[name];
  return [...rows.values()];
}

/** A run is called by its output folder; the state inside `checkpoint-500` is that run's too. */
export function trainerRun(path: string): string {
  const folder = dirname(path);
  return basename(/^checkpoint-\d+$/.test(basename(folder)) ? dirname(folder) : folder) || "run";
}
