/**
 * What goes wrong after a cell has let go of it (a promise that nobody awaits, a timer) is said in the cell that began it,
 * though that may have ended and another may run.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { inspect } from "node:util";
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
  hideMarks();
  const tell = (what: string, thrown: unknown): void => {
    const write: Write = cells.getStore() ?? ((text) => process.stderr.write(text));
    write(`${what}: ${tidyError(thrown)}\n`);
  };
  process.on("uncaughtException", (error) => tell("Uncaught exception", error));
  process.on("unhandledRejection", (reason) => tell("Unhandled rejection", reason));
}

/** Node (before 24) marks promises with where they come from, for this and for all to see who print a promise. */
function hideMarks(): void {
  const mark = /async_id_symbol|trigger_async_id_symbol|kResourceStore/;
  const hide = function (this: object): object {
    const marks = Object.getOwnPropertySymbols(this).filter((symbol) => mark.test(String(symbol)));
    for (const each of marks) Object.defineProperty(this, each, { enumerable: false });
    return this;
  };
  const { prototype }: { prototype: object } = Promise;
  Object.defineProperty(prototype, inspect.custom, { value: hide, configurable: true, writable: true });
}
