/** Rise, then peak·√(warmup/done): the schedule of Vaswani et al. 2017, which has no end of its own. */
import { made } from "../../registry.js";
import { check, checkPositive } from "./check.js";
import type { Schedule } from "./types.js";

export interface InverseSqrtOptions {
  /** Highest rate. */
  peak: number;
  /** Share of the updates spent rising from 0 to `peak`, above 0: after four times as many the rate is half. Defaults to 0.01. */
  warmup?: number;
}

export function inverseSqrt({ peak, warmup = 0.01 }: InverseSqrtOptions): Schedule {
  const name = "inverse-sqrt";
  checkPositive(name, "peak", peak);
  check(name, "warmup", warmup, warmup > 0 && warmup <= 1, "a share of the updates above 0, at most 1");
  return made({
    name,
    options: { peak, warmup },
    learningRate(step, total) {
      check(name, "step", step, step >= 0 && step <= total, `between 0 and ${total}`);
      const rise = warmup * total;
      return step < rise ? (peak * step) / rise : peak * Math.sqrt(rise / step);
    },
  });
}
