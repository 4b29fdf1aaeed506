/**
 * A rise, then one way down to the end. Cosine: Loshchilov & Hutter 2017; re-warming for continual pre-training: Gupta et al.
 * 2023, Ibrahim et al. 2024 (the cosine runs over what the rise leaves, so the last update is exactly at `floor`). Unlike
 * GPT-NeoX's "linear", ours goes straight to `floor`, and not to 0 with a kink.
 */
import { checkPositive, checkRate, checkShare } from "./check.js";
import { phased } from "./phased.js";
import type { Schedule } from "./types.js";

export interface WarmOptions {
  /** Highest rate. */
  peak: number;
  /** Share of the updates spent rising from 0 to `peak`; defaults to 0.01 (`cosine`: 0.02). */
  warmup?: number;
  /** Rate at the last update; defaults to `peak / 10`. */
  floor?: number;
}

export interface ConstantOptions {
  /** The rate. */
  peak: number;
  /** Share of the updates spent rising from 0 to `peak`; defaults to 0. */
  warmup?: number;
}

/** From random weights: rise, then half a cosine down to `floor`. */
export const cosine = ({ warmup = 0.02, ...rest }: WarmOptions): Schedule => warmed("cosine", { ...rest, warmup });

/** From a trained model: rise again, decay again. The same curve as `cosine` with a shorter rise. */
export const rewarm = (options: WarmOptions): Schedule => warmed("rewarm", options);

/** Rise, then a straight line down to `floor`. */
export const linear = (options: WarmOptions): Schedule => warmed("linear", options);

/** One rate to the end; with `floor` of the base run as `peak`, the no-re-warm control. */
export function constant({ peak, warmup = 0 }: ConstantOptions): Schedule {
  checkPositive("constant", "peak", peak);
  checkShare("constant", "warmup", warmup);
  const phases = [
    { until: warmup, to: peak },
    { until: 1, to: peak },
  ];
  return phased({ name: "constant", options: { peak, warmup }, phases });
}

function warmed(name: "cosine" | "rewarm" | "linear", options: WarmOptions): Schedule {
  const { peak, warmup = 0.01, floor = peak / 10 } = options;
  checkPositive(name, "peak", peak);
  checkShare(name, "warmup", warmup);
  checkRate(name, "floor", floor, ["peak", peak]);
  const phases = [
    { until: warmup, to: peak },
    { until: 1, to: floor, curve: name === "linear" ? name : "cosine" } as const,
  ];
  return phased({ name, options: { peak, warmup, floor }, phases });
}
