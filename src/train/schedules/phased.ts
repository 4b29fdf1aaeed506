/** A schedule as a list of phases, each ending at a share of the run with a rate, reached along a curve: what most rows are. */
import { made, type Options } from "../../registry.js";
import { check } from "./check.js";
import { type CurveName, curves } from "./curves.js";
import type { Schedule } from "./types.js";

export interface Phase {
  /** Share of the run at which it ends; one of no length is a jump. The last phase ends at 1. */
  until: number;
  /** Rate at its end. */
  to: number;
  /** Defaults to "linear". */
  curve?: CurveName;
}

export interface PhasedOptions {
  name: string;
  /** What its row takes, defaults filled in. */
  options: Options;
  /** Rate before the first update; defaults to 0. */
  from?: number;
  phases: readonly Phase[];
}

export function phased({ name, options, from: start = 0, phases }: PhasedOptions): Schedule {
  return made({
    name,
    options,
    learningRate(step, total) {
      check(name, "step", step, step >= 0 && step <= total, `between 0 and ${total}`);
      let [begin, from] = [0, start];
      for (const [i, { until, to, curve = "linear" }] of phases.entries()) {
        const end = until * total;
        if (step < end || i === phases.length - 1)
          return from === to || !(end > begin) ? to : curves[curve]({ from, to, done: step - begin, of: end - begin });
        [begin, from] = [end, to];
      }
      return from;
    },
  });
}
