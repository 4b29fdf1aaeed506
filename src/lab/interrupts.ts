/**
 * What an interrupt does in the kernel. The first one ends the work that can end in good order (`interruptible`); when
 * there is none, or at the second, tslab stops waiting for the cell and reports it as failed.
 */
import type { Host } from "./host.js";

export interface Interrupts {
  /** An interrupt has come, by signal or by message. */
  press(): void;
  /**
   * Interrupts the running cell unless it has been: a signal can be lost while Node exchanges its handlers (see
   * `breakable.ts`). Our runner asks for this a moment after its signal.
   */
  ensure(): void;
  /** Whether an interrupt came since the cell started. */
  heard(): boolean;
  cellStarts(): void;
  cellEnds(): void;
}

/** Two arrivals within this many milliseconds are one interrupt that came both ways; a person presses more slowly. */
const together = 300;

export function createInterrupts(host: Host, giveUp: () => void): Interrupts {
  let running = false;
  let heard = false;
  let last = -Infinity;
  const press = (): void => {
    if (performance.now() - last < together) return;
    last = performance.now();
    heard = true;
    const work = [...host.interruptible].filter((each) => !each.signal.aborted);
    if (work.length === 0) giveUp();
    for (const each of work) each.abort(new Error("interrupted"));
  };
  return {
    press,
    ensure: () => {
      if (running && !heard) press();
    },
    heard: () => heard,
    cellStarts: () => {
      running = true;
      heard = false;
    },
    cellEnds: () => {
      running = false;
    },
  };
}
