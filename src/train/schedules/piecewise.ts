/** Straight lines between points of one's own. */
import { check } from "./check.js";
import { phased } from "./phased.js";
import type { Schedule } from "./types.js";

export interface PiecewiseOptions {
  /** Share of the run and rate there, e.g. `[[0, 0], [0.1, 1e-3], [1, 1e-4]]`: from 0 to 1, in order. Two at one share are a jump. */
  points: readonly (readonly [share: number, rate: number])[];
}

export function piecewise({ points }: PiecewiseOptions): Schedule {
  const name = "piecewise";
  if (!(points.length >= 2 && points[0]![0] === 0 && points.at(-1)![0] === 1))
    throw new Error(
      `${name}: invalid points: ${JSON.stringify(points)} (two or more, the first at share 0, the last at 1)`,
    );
  for (const [i, [share, rate]] of points.entries()) {
    check(name, "share", share, i === 0 || share >= points[i - 1]![0], "not below that of the point before");
    check(name, "rate", rate, rate >= 0 && rate < Infinity, "a number from 0");
  }
  const phases = points.slice(1).map(([until, to]) => ({ until, to }));
  return phased({ name, options: { points: points.map((point) => [...point]) }, from: points[0]![1], phases });
}
