/**
 * What runs tell about constants, by the law made linear at the fit: J is the slope of ln L by every constant, Σ J Jᵀ the
 * information, and its inverse (times the noise) the covariance. A further run r shrinks the variance of a quantity with
 * slopes c by (cᵀVJ)²/(1 + JᵀVJ) (Sherman–Morrison), so that candidates are compared without refitting anything.
 */
import { differences } from "./row-columns.js";
import type { Law } from "./types.js";

export interface Information {
  /** Slopes of ln L at settings (inputs by position), one row each, in the constants' own scales. */
  slopes(x: readonly (readonly number[])[]): number[][];
  /** Slopes of a quantity by the constants, in the same scales, by central differences. */
  slopesOf(of: (values: readonly number[]) => number): number[];
}

/** Constants are scaled by their size, so that a matrix of a factor in the thousands and an exponent below 1 is not lopsided. */
export function informationAt(law: Law, values: readonly number[]): Information {
  const scales = values.map((value, k) => Math.max(Math.abs(value), 1e-3 * law.parameters[k]!.typical));
  const gradientOf = law.gradient ?? differences(law);
  return {
    slopes: (x) =>
      x.map((row) => {
        const slopes = new Array<number>(values.length).fill(0);
        const predicted = gradientOf.call(law, values, row, slopes);
        return slopes.map((slope, k) => (slope * scales[k]!) / predicted);
      }),
    slopesOf(of) {
      const moved = [...values];
      return scales.map((scale, k) => {
        const step = 1e-5 * scale;
        moved[k] = values[k]! + step;
        const above = of(moved);
        moved[k] = values[k]! - step;
        const slope = (above - of(moved)) / 2e-5;
        moved[k] = values[k]!;
        return slope;
      });
    },
  };
}

/** (ridge·I + Σ J Jᵀ)⁻¹, built one row at a time; the ridge is the little that is known before any run. */
export function covariance(rows: readonly (readonly number[])[], size: number, ridge: number): number[][] {
  const v = Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => (i === j ? 1 / ridge : 0)));
  for (const row of rows) addRun(v, row);
  return v;
}

/** Updates a covariance by one more run, in place. */
export function addRun(v: number[][], row: readonly number[]): void {
  const moved = times(v, row);
  const scale = 1 / (1 + inner(row, moved));
  for (let i = 0; i < v.length; i++) for (let j = 0; j < v.length; j++) v[i]![j]! -= scale * moved[i]! * moved[j]!;
}

export const times = (v: readonly (readonly number[])[], a: readonly number[]): number[] =>
  v.map((row) => inner(row, a));

export const inner = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, k) => sum + value * b[k]!, 0);
