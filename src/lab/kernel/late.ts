/**
 * Whose work is whose: what a run prints, and what goes wrong after it let go of it (a timer, a promise that nobody awaits),
 * is its own, though it may have ended and another may run.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { StringDecoder } from "node:string_decoder";
import { inspect } from "node:util";
import { tidyError } from "./traceback.js";

const runs = new AsyncLocalStorage<number>();

/** Begins a run: what it starts is its own from here on. */
export const asRun = <T>(run: number, work: () => T): T => runs.run(run, work);

/** Undefined for work that no run began. */
export const runOfThis = (): number | undefined => runs.getStore();

export type Write = (stream: "stdout" | "stderr", text: string) => void;

/** Gives `write` what is written to the process's streams, while it takes it: it says false of what is nobody's. */
export function hearStreams(write: (...text: Parameters<Write>) => boolean): void {
  for (const name of ["stdout", "stderr"] as const) {
    const stream = process[name];
    const own = stream.write.bind(stream);
    const decoder = new StringDecoder("utf8");
    stream.write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
      const text = typeof chunk === "string" ? chunk : decoder.write(Buffer.from(chunk));
      if (!write(name, text)) return own(chunk, ...(rest as []));
      const done = rest.at(-1);
      if (typeof done === "function") process.nextTick(done as () => void);
      return true;
    };
  }
}

/** To be called once: neither ends the kernel. */
export function hearLateErrors(): void {
  hideMarks();
  const tell = (what: string, thrown: unknown): void => void process.stderr.write(`${what}: ${tidyError(thrown)}\n`);
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
