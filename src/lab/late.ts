/**
 * What goes wrong after a cell has let go of it (a promise that nobody awaits, a timer) is said in the cell that began it,
 * though that may have ended and another may run.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { tidyError } from "./traceback.js";

type Write = (text: string) => unknown;

const cells = new AsyncLocalStorage<Write>();

/** Runs a cell; `process.stderr` must be its own already. */
export function asCell<T>(cell: () => T): T {
  // What is captured is this cell's writer, which the next cell's replaces on the stream.
  const { write } = process.stderr;
  return cells.run(write.bind(process.stderr), cell);
}

/** To be called once: neither ends the kernel. */
export function hearLateErrors(): void {
  const tell = (what: string, thrown: unknown): void => {
    const write: Write = cells.getStore() ?? ((text) => process.stderr.write(text));
    write(`${what}: ${tidyError(thrown)}\n`);
  };
  process.on("uncaughtException", (error) => tell("Uncaught exception", error));
  process.on("unhandledRejection", (reason) => tell("Unhandled rejection", reason));
}
