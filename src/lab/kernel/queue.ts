/** What waits to be worked on, one item after the other. Knows nothing of kernels. */
import { setImmediate } from "node:timers/promises";

export interface Queue<T> {
  add(item: T): void;
  /** Those that have not begun. */
  waiting(): readonly T[];
}

/** `work` resolves with whether to go on; where not, what has come until then is given to `abort`. */
export function createQueue<T>(work: (item: T) => Promise<boolean>, abort: (item: T) => void): Queue<T> {
  const items: T[] = [];
  let busy = false;
  const drain = async (): Promise<void> => {
    busy = true;
    for (let item; (item = items.shift()) !== undefined;) {
      if (await work(item)) continue;
      // What was sent along with it may still lie in a socket.
      await setImmediate();
      items.splice(0).forEach(abort);
    }
    busy = false;
  };
  return {
    add: (item) => {
      items.push(item);
      if (!busy) void drain();
    },
    waiting: () => items,
  };
}
