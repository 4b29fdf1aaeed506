/**
 * Warm up, stay, decay (Hu et al. 2024, arXiv 2404.06395). The loss falls in the decay, and many decays can hang from one
 * stable run: `decay: 0` is that run, and `anneal` what a branch of it does. WSD-S (Wen et al. 2024, arXiv 2410.05192) goes on
 * at the peak from where a decay ended.
 */
import { made } from "../../registry.js";
import { check, checkPositive, checkRate, checkShare } from "./check.js";
import { checkCurve, type CurveName } from "./curves.js";
import { type Phase, phased } from "./phased.js";
import type { Schedule } from "./types.js";

export interface TrapezoidOptions {
  /** Highest rate. */
  peak: number;
  /** Share of the updates spent rising from 0 to `peak`; defaults to 0.01. */
  warmup?: number;
  /** Share of the updates spent decaying, at the end; defaults to 0.2. */
  decay?: number;
}

export interface WsdOptions extends TrapezoidOptions {
  /** Rate at the last update; defaults to 0. */
  floor?: number;
  /** Way of the decay; defaults to "1-sqrt" (Hägele et al. 2024). */
  curve?: CurveName;
}

export interface WsdSOptions extends Omit<WsdOptions, "floor" | "curve"> {
  /** Shares of the run at which a decay ends, ascending, the last 1; each has a model to keep. */
  anneals: readonly number[];
  /** Share of the updates that each decay takes; defaults to 0.1. */
  decay?: number;
  /** Rate at the end of a decay; defaults to `peak / 10`. */
  floor?: number;
}

export function wsd(options: WsdOptions): Schedule {
  const { peak, warmup = 0.01, decay = 0.2, floor = 0, curve = "1-sqrt" } = options;
  checkRate("wsd", "floor", floor, ["peak", peak]);
  checkCurve("wsd", curve, floor);
  const phases = stable("wsd", { peak, warmup, decay });
  if (decay > 0) phases.push({ until: 1, to: floor, curve });
  return phased({ name: "wsd", options: { peak, warmup, decay, floor, curve }, phases });
}

/** Straight up, level, straight down to 0. */
export function trapezoid({ peak, warmup = 0.01, decay = 0.2 }: TrapezoidOptions): Schedule {
  const phases = stable("trapezoid", { peak, warmup, decay });
  if (decay > 0) phases.push({ until: 1, to: 0 });
  return phased({ name: "trapezoid", options: { peak, warmup, decay }, phases });
}

function stable(name: string, { peak, warmup, decay }: Required<TrapezoidOptions>): Phase[] {
  checkPositive(name, "peak", peak);
  checkShare(name, "warmup", warmup);
  // Shares as people write them, 0.9 and 0.1, are not exact.
  const fits = decay >= 0 && warmup + decay <= 1 + 1e-9;
  check(
    name,
    "decay",
    decay,
    fits,
    `a share of the updates that, with a warmup of ${warmup}, is no longer than the run`,
  );
  return [
    { until: warmup, to: peak },
    { until: 1 - decay, to: peak },
  ];
}

/** Decays are harmonic: straight in the inverse of the rate. */
export function wsdS({ anneals, peak, warmup = 0.01, decay = 0.1, floor = peak / 10 }: WsdSOptions): Schedule {
  const name = "wsd-s";
  checkPositive(name, "peak", peak);
  checkShare(name, "warmup", warmup);
  checkRate(name, "floor", floor, ["peak", peak]);
  checkCurve(name, "harmonic", floor);
  check(name, "decay", decay, decay > 0 && decay <= 1, "a share of the updates above 0, at most 1");
  if (anneals.at(-1) !== 1)
    throw new Error(`${name}: invalid anneals: ${anneals.join(", ")} (shares of the run, the last one 1)`);
  for (const [i, end] of anneals.entries()) {
    const before = i === 0 ? warmup : anneals[i - 1]!;
    if (!(end - decay >= before - 1e-9 && end > before))
      throw new Error(`${name}: invalid anneals: ${end} (a decay of ${decay} does not fit in after ${before})`);
  }
  return made({
    name,
    options: { anneals: [...anneals], peak, warmup, decay, floor },
    learningRate(step, total) {
      // Ends are whole updates, so that each decay has one at the floor.
      const end = (anneal: number): number => Math.round(anneal * total) / total;
      const done = anneals.findIndex((anneal) => step <= Math.round(anneal * total));
      const at = end(anneals[Math.max(0, done)]!);
      const phases: Phase[] = [
        { until: warmup, to: peak },
        { until: Math.max(warmup, at - decay), to: peak },
        { until: at, to: floor, curve: "harmonic" },
      ];
      return phased({ name, options: {}, phases }).learningRate(step, total);
    },
  });
}
