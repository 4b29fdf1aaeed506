/**
 * Variable projection for laws of the shape offset + factor · φ(x; θ): at a given θ the other two constants are linear, so
 * a grid over θ alone gives starts that are already close. Weights 1/L make it least squares on (nearly) ln L.
 */
import type { Data } from "./types.js";

export interface ProjectedStart {
  offset: number;
  factor: number;
  theta: number;
}

export function projectedStarts(
  data: Data,
  phi: (x: readonly number[], theta: number) => number,
  thetas: readonly number[],
): ProjectedStart[] {
  const starts: ProjectedStart[] = [];
  for (const theta of thetas) {
    let [w, wf, wff, wy, wfy] = [0, 0, 0, 0, 0];
    data.y.forEach((y, i) => {
      const weight = 1 / (y * y);
      const f = phi(data.x[i]!, theta);
      w += weight;
      wf += weight * f;
      wff += weight * f * f;
      wy += weight * y;
      wfy += weight * f * y;
    });
    const determinant = w * wff - wf * wf;
    if (!(determinant > 1e-12 * w * wff)) continue;
    const factor = (w * wfy - wf * wy) / determinant;
    starts.push({ offset: (wy - factor * wf) / w, factor, theta });
  }
  return starts;
}

/** `count` numbers from `low` to `high` in equal ratios, both ends included. */
export function ratioSpaced(low: number, high: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => low * (high / low) ** (i / (count - 1)));
}
