/**
 * Rise, cool down to a rate that can be held without end, hold it, anneal (Ibrahim et al. 2024, §7; Janson et al. 2025, arXiv
 * 2503.02844). The next text goes on from before the anneal: `anneal: 1` is the run without one, `train.anneal` what a branch
 * of it does, and `constant` how the next text begins.
 */
import { check, checkPositive, checkRate, checkShare } from "./check.js";
import { checkCurve, type CurveName } from "./curves.js";
import { phased } from "./phased.js";
import type { Schedule } from "./types.js";

export interface InfiniteOptions {
  /** Highest rate. */
  peak: number;
  /** Rate that is held; defaults to the mean of `peak` and `floor`. */
  constant?: number;
  /** Rate at the last update; defaults to `peak / 10`. */
  floor?: number;
  /** Share of the run at which the rise ends; defaults to 0.01. */
  warmup?: number;
  /** Share of the run at which the cooldown ends, counted from the run's start; defaults to 0.6. */
  cooldown?: number;
  /** Share of the run at which the anneal begins; 1 is none. Defaults to 0.85. */
  anneal?: number;
  /** Way of the cooldown; defaults to "cosine". The anneal is exponential. */
  curve?: CurveName;
}

export function infinite(options: InfiniteOptions): Schedule {
  const { peak, floor = peak / 10, constant = (peak + floor) / 2, curve = "cosine" } = options;
  const { warmup = 0.01, cooldown = 0.6, anneal = 0.85 } = options;
  const name = "infinite";
  checkPositive(name, "peak", peak);
  checkRate(name, "constant", constant, ["peak", peak]);
  checkRate(name, "floor", floor, ["constant", constant]);
  checkCurve(name, curve, constant);
  checkCurve(name, "exponential", floor);
  checkShare(name, "warmup", warmup);
  check(name, "cooldown", cooldown, cooldown >= warmup && cooldown <= 1, `where it ends: from warmup, ${warmup}, to 1`);
  check(name, "anneal", anneal, anneal >= cooldown && anneal <= 1, `where it begins: from cooldown, ${cooldown}, to 1`);
  return phased({
    name,
    options: { peak, constant, floor, warmup, cooldown, anneal, curve },
    phases: [
      { until: warmup, to: peak },
      { until: cooldown, to: constant, curve },
      { until: anneal, to: constant },
      ...(anneal < 1 ? [{ until: 1, to: floor, curve: "exponential" } as const] : []),
    ],
  });
}
