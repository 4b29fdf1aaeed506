/** Down from the first update to the last, with no rise: what hangs from a stable run, and "reuse, don't retrain" (Parmar et al. 2024). */
import { checkPositive, checkRate } from "./check.js";
import { checkCurve, type CurveName } from "./curves.js";
import { phased } from "./phased.js";
import type { Schedule } from "./types.js";

export interface ReuseOptions {
  /** Rate that the run before ended at. */
  from: number;
  /** Rate at the last update; defaults to `from / 100`. */
  floor?: number;
}

export interface AnnealOptions extends ReuseOptions {
  /** Rate at the last update; defaults to `from / 10`. */
  floor?: number;
  /** Defaults to "exponential". */
  curve?: CurveName;
}

/** The decay of a branch: from the rate that its run held. */
export function anneal({ from, floor = from / 10, curve = "exponential" }: AnnealOptions): Schedule {
  checkCurve("anneal", curve, floor);
  return falling("anneal", { from, floor, curve }, curve);
}

/** Continual pre-training that does not re-warm: half a cosine from the base's last rate to a hundredth of it. */
export const reuse = ({ from, floor = from / 100 }: ReuseOptions): Schedule =>
  falling("reuse", { from, floor }, "cosine");

function falling(
  name: string,
  options: { from: number; floor: number; curve?: CurveName },
  curve: CurveName,
): Schedule {
  const { from, floor } = options;
  checkPositive(name, "from", from);
  checkRate(name, "floor", floor, ["from", from]);
  return phased({ name, options, from, phases: [{ until: 1, to: floor, curve }] });
}
