/**
 * What an interrupt does, as the front sees it. The first ends work that can end in good order (`interruptible`); when there
 * is none, or at the second, the cell is given up, and where it computes without a pause that stretch is broken off. Where it
 * waits for the system and not in JavaScript, what it started is interrupted, as Ctrl-C at a terminal does.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type Answer, mainThread } from "./break-off.js";
import type { ToCells } from "./talk.js";

/** Two arrivals within this many milliseconds are one interrupt; a person presses more slowly. */
const together = 300;
/** Milliseconds in which a main thread that pauses has heard of an interrupt. */
const patience = 250;

const stuck = "interrupt: the cell waits in a call that cannot be ended from outside; restart the kernel to end it\n";

export interface Interrupts {
  press(): Promise<void>;
  /** The main thread has heard of an interrupt of this run. */
  heard(run: number): void;
}

/** Milliseconds after which a person is told that nothing more can be done. */
const long = 3000;

export interface InterruptsOptions {
  /** The number of the run that is not over. */
  running(): number | undefined;
  tell(message: ToCells): void;
  /** Ends the processes that a run waits for. */
  endChildren(): void;
  /** Says something in the output of a run. */
  say(run: number, text: string): void;
}

export function createInterrupts({ running, tell, endChildren, say }: InterruptsOptions): Interrupts {
  const inMainThread = mainThread();
  const breakOff = async (run: number, patient: boolean): Promise<Answer> => {
    const waiting = [setTimeout(endChildren, patience), setTimeout(() => say(run, stuck), long)];
    const answer = await inMainThread(run, patient);
    waiting.forEach(clearTimeout);
    return answer;
  };
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
