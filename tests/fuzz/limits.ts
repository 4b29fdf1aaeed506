/** What one input of at most a few megabytes may cost. */
export interface Limits {
  /** Seconds of a processor for an input that ends; one that does not is given up after five times as many. */
  seconds: number;
  /** Seconds of waiting for something that does not come, after which the process is killed. */
  patience: number;
  /** Megabytes that the process grows by at its highest. */
  megabytes: number;
  /** Megabytes that the process may have, after which it is killed. */
  process: number;
  /** Megabytes of V8's heap. */
  heap: number;
}

export const limits: Limits = { seconds: 5, patience: 20, megabytes: 256, process: 2048, heap: 768 };
