/**
 * SIGINT in the kernel's process: heard by a thread of its own (`sentinel.ts` says why) and told to whoever listens with
 * `process.on("SIGINT")`. What an interrupt does is in `interrupts.ts`.
 */
import type { EventEmitter } from "node:events";
import { join } from "node:path";
import { Worker } from "node:worker_threads";

/** The numbers that the two threads share: 1 while the main thread runs a breakable script, interrupts so far, always 0. */
export const slots = { breakable: 0, presses: 1, never: 2 } as const;

export interface Signals {
  /** How many interrupts have come since the kernel started. */
  presses(): number;
  /** Says whether this thread runs a script that Node breaks off at SIGINT. */
  breakable(now: boolean): void;
}

/** Resolves when no interrupt can end the process any more. */
export async function hearInterrupts(): Promise<Signals> {
  if (process.platform !== "win32") keepHandler();
  const shared = new Int32Array(new SharedArrayBuffer(12));
  const sentinel = new Worker(join(__dirname, "sentinel.js"), { workerData: shared });
  await new Promise<void>((resolve, reject) => {
    sentinel.on("error", reject);
    sentinel.on("message", (message) => {
      if (message === "ready") resolve();
      else process.emit("SIGINT");
    });
  });
  sentinel.unref();
  return {
    presses: () => Atomics.load(shared, slots.presses),
    breakable: (now) => {
      Atomics.store(shared, slots.breakable, now ? 1 : 0);
      if (!now) Atomics.notify(shared, slots.breakable);
    },
  };
}

/** Node exchanges the handler of the process when a listener of SIGINT comes or goes; a cell's package may add one. */
function keepHandler(): void {
  const listened: EventEmitter = process;
  for (const event of ["newListener", "removeListener"]) {
    for (const listener of listened.listeners(event)) {
      listened.off(event, listener as () => void);
      listened.on(event, (name, ...rest) => {
        if (name !== "SIGINT") (listener as (...given: unknown[]) => void)(name, ...rest);
      });
    }
  }
}
