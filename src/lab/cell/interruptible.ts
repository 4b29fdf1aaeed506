/**
 * "Interrupt" as a way to finish: in Jupyter (■), in an editor, or Ctrl-C in a terminal.
 */
import type { Run } from "../../train/index.js";
import { getHost } from "./host.js";

/**
 * Runs `work` with a signal that an interrupt aborts. The work then ends in its own good order (training: after the step
 * at hand) and its value is the cell's value as if nothing had happened:
 * `const run = await lab.interruptible((signal) => train.continue(model, { ..., signal }))`.
 * In a notebook the cell then says where it was interrupted and counts as failed, so that cells that wait do not go on with
 * what is half done. A second interrupt gives up waiting: the cell fails, though what it started may still be ending.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const host = getHost();
  const stop = (): void => controller.abort(new Error("interrupted"));
  if (host) host.interruptible.add(controller);
  else process.once("SIGINT", stop);
  try {
    const value = await work(controller.signal);
    if (controller.signal.aborted && !isWhole(value)) host?.interrupted?.(stepOf(value));
    return value;
  } finally {
    host?.interruptible.delete(controller);
    process.off("SIGINT", stop);
  }
}

/** A training run that had done its last update when the interrupt came. */
const isWhole = (value: unknown): boolean => (value as Partial<Run> | undefined)?.stopped === false;

/** The last step of a training run. */
const stepOf = (value: unknown): number | undefined => (value as Partial<Run> | undefined)?.steps?.at?.(-1)?.step;
