/**
 * Whether threads that wait for their next piece of work turn round a loop, as ONNX Runtime has them do, or sleep. Turning is
 * quicker where each has a core to itself. Where other processes want the cores it takes from whoever has the work: so threads
 * sleep unless the cores that others left free are as many as they are. Results are the same bits. Only decides; looks at
 * clocks, never waits.
 */
import { cpus } from "node:os";

/** Milliseconds since some beginning, over all cores. */
export interface CpuTimes {
  cores: number;
  /** Of every core, at work or not. */
  total: number;
  /** At work for anyone. */
  busy: number;
  /** At work for this process. */
  own: number;
}

export function cpuTimes(): CpuTimes {
  const { user, system } = process.cpuUsage();
  const each = cpus().map(({ times }) => times);
  const sum = (of: (times: (typeof each)[number]) => number): number => each.reduce((all, one) => all + of(one), 0);
  const busy = sum(({ user, nice, sys, irq }) => user + nice + sys + irq);
  return { cores: each.length, total: busy + sum(({ idle }) => idle), busy, own: (user + system) / 1000 };
}

/** The kernel counts in hundredths of a second: a shorter time than this says nothing. */
const SHORTEST = 100;

/** Cores that other processes left free between two looks; undefined where these are too close together. */
export function freeCores(before: CpuTimes, after: CpuTimes): number | undefined {
  const elapsed = (after.total - before.total) / after.cores;
  if (!(elapsed >= SHORTEST)) return undefined;
  const others = after.busy - before.busy - (after.own - before.own);
  return after.cores - Math.max(0, others) / elapsed;
}

/** Asked before each session is made: looks at the time since it was asked before, or made. */
export function spinning(threads: number, look: () => CpuTimes = cpuTimes): () => boolean {
  let before = look();
  let answer = true;
  return () => {
    const now = look();
    const free = freeCores(before, now);
    if (free === undefined) return answer;
    before = now;
    return (answer = free > threads - 0.5);
  };
}
