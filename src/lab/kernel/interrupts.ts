/**
 * What an interrupt does, as the front sees it. The first ends work that can end in good order (`interruptible`); when there
 * is none, or at the second, the cell is given up, and where it computes without a pause that stretch is broken off.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { mainThread } from "./break-off.js";
import type { ToCells } from "./talk.js";

/** Two arrivals within this many milliseconds are one interrupt; a person presses more slowly. */
const together = 300;
/** Milliseconds in which a main thread that pauses has heard of an interrupt. */
const patience = 250;

export interface Interrupts {
  press(): Promise<void>;
  /** The main thread has heard of an interrupt of this run. */
  heard(run: number): void;
}

/** `running`: the number of the run that is not over. */
export function createInterrupts(running: () => number | undefined, tell: (message: ToCells) => void): Interrupts {
  const breakOff = mainThread();
  let last = -Infinity;
  let pressed = 0;
  let heard = 0;
  return {
    heard: (run) => void (heard = run),
    press: async () => {
      const run = running();
      if (run === undefined || performance.now() - last < together) return;
      last = performance.now();
      const again = pressed === run;
      pressed = run;
      tell({ do: again ? "give up" : "interrupt", run });
      await sleep(patience);
      while (running() === run && !(heard === run && !again)) {
        const answer = await breakOff(run, !again);
        if (answer === "working" || running() !== run) return;
        // What it was told before may have been broken off too.
        tell({ do: "give up", run });
        await sleep(answer === "done" ? patience : 2);
      }
    },
  };
}
