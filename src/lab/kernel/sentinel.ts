/**
 * A thread of the kernel's process that runs even while a cell computes without a pause. It does two things that the main
 * thread then cannot: it hears SIGINT, and it ends the process when the one that started the kernel is gone. Started by
 * `signals.ts`; what an interrupt does is in `interrupts.ts`.
 *
 * Why SIGINT is heard here: Node breaks off a running script (`vm`, `breakOnSigint`) by a handler that it installs as the
 * script begins and removes as it ends, and between two handlers a SIGINT kills the process. The handler stays for as long
 * as any thread runs a script with that option. So this thread is always in one: in many, one inside the other, because
 * a SIGINT ends the innermost, and the outer ones hold the handler until that has begun again.
 */
import vm from "node:vm";
import { parentPort, workerData } from "node:worker_threads";
import { slots } from "./signals.js";

const shared = workerData as Int32Array;
const parent = process.ppid;
/** How many interrupts may come before the innermost script has begun again. */
const depth = 32;

function hold(level: number): void {
  for (;;) {
    try {
      vm.runInThisContext(level > 0 ? `hold(${level - 1})` : "watch()", { breakOnSigint: true });
    } catch (error) {
      if ((error as { code?: string }).code !== "ERR_SCRIPT_EXECUTION_INTERRUPTED") throw error;
      hear();
    }
  }
}

/** Node gives a SIGINT to the script that began last. When the main thread is in one, the interrupt is handed on to it. */
function hear(): void {
  Atomics.add(shared, slots.presses, 1);
  let handed = false;
  for (let wait = 5; Atomics.wait(shared, slots.breakable, 1, wait) === "timed-out"; wait *= 2) {
    process.kill(process.pid, "SIGINT");
    handed = true;
  }
  if (!handed) parentPort?.postMessage("interrupt");
}

function watch(): void {
  parentPort?.postMessage("ready");
  for (;;) {
    Atomics.wait(shared, slots.never, 0, 1000);
    if (process.ppid !== parent) end();
  }
}

/** With what cells have started, which is in the kernel's process group when the kernel leads one. */
function end(): void {
  try {
    process.kill(-process.pid, "SIGKILL");
  } catch {
    process.kill(process.pid, "SIGKILL");
  }
}

Object.assign(globalThis, { hold, watch });
if (process.platform === "win32") watch();
else hold(depth);
