/**
 * "Interrupt" as a way to finish: in Jupyter (■), in an editor, or Ctrl-C in a terminal.
 */
import { setImmediate } from "node:timers/promises";
import { getHost } from "./host.js";

/**
 * Runs `work` with a signal that an interrupt aborts. The work then ends in its own good order (training: after the step
 * at hand) and its value is the cell's value as if nothing had happened:
 * `const run = await lab.interruptible((signal) => train.continue(model, { ..., signal }))`.
 * A second interrupt gives up waiting: the cell fails, though what it started may still be ending.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const host = getHost();
  const stop = (): void => controller.abort(new Error("interrupted"));
  if (host) host.interruptible.add(controller);
  else process.once("SIGINT", stop);
  try {
    // While a cell runs without having paused once, Node answers an interrupt by breaking it off; pausing ends that.
    await setImmediate();
    return await work(controller.signal);
  } finally {
    host?.interruptible.delete(controller);
    process.off("SIGINT", stop);
  }
}
