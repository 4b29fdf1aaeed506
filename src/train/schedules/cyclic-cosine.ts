/** The same rise and cosine again and again: re-warming at regular intervals, the baseline of infinite schedules (Janson et al. 2025). */
import { made } from "../../registry.js";
import { check } from "./check.js";
import type { Schedule } from "./types.js";
import { cosine, type WarmOptions } from "./warmed.js";

/** `warmup` is a share of each cycle; it defaults to 0.01. */
export interface CyclicOptions extends WarmOptions {
  /** How many; they are equally long, to a whole number of updates. */
  cycles: number;
}

export function cyclicCosine({ cycles, peak, warmup = 0.01, floor = peak / 10 }: CyclicOptions): Schedule {
  const name = "cyclic-cosine";
  check(name, "cycles", cycles, Number.isInteger(cycles) && cycles >= 1, "a whole number from 1");
  const one = cosine({ peak, warmup, floor });
  return made({
    name,
    options: { cycles, peak, warmup, floor },
    learningRate(step, total) {
      check(name, "cycles", cycles, cycles <= total, `at most one for each of ${total} updates`);
      check(name, "step", step, step >= 0 && step <= total, `between 0 and ${total}`);
      const start = (cycle: number): number => Math.round((cycle * total) / cycles);
      let cycle = 0;
      while (step > start(cycle + 1)) cycle++;
      return one.learningRate(step - start(cycle), start(cycle + 1) - start(cycle));
    },
  });
}
