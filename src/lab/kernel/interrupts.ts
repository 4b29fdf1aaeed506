/**
 * What an interrupt does in the kernel. The first one ends the work that can end in good order (`interruptible`); when
 * there is none, or at the second, tslab stops waiting for the cell and reports it as failed.
 */
import type { Host } from "../cell/host.js";

export interface Interrupts {
  /** An interrupt has come, by signal or by message. */
  press(): void;
  /** Whether a SIGINT has come since the cell started. */
  heard(): boolean;
  cellStarts(): void;
}

/** Two arrivals within this many milliseconds are one interrupt; a person presses more slowly. */
const together = 300;

/** `presses` counts the SIGINTs of the process; `giveUp` stops waiting for the cell. */
export function createInterrupts(host: Host, presses: () => number, giveUp: () => void): Interrupts {
  let before = presses();
  let last = -Infinity;
  return {
    press: () => {
      if (performance.now() - last < together) return;
      last = performance.now();
      const work = [...host.interruptible].filter((each) => !each.signal.aborted);
      if (work.length === 0) giveUp();
      for (const each of work) each.abort(new Error("interrupted"));
    },
    heard: () => presses() !== before,
    cellStarts: () => {
      before = presses();
    },
  };
}
