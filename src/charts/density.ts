/** How densely values lie, by a Gaussian kernel of Silverman's width (0.9 · min(deviation, range of quartiles / 1.34) · n^−1/5), over their own range. */
import { deviation } from "./rows.js";

/** Of sorted numbers, at a share from 0 to 1, on a straight line between neighbours. */
export function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
  return low + (at - Math.floor(at)) * (high - low);
}

export interface Density {
  at: number[];
  /** Integrates to 1, but for what lies beyond the range. */
  density: number[];
}

/** At `points` places from `range[0]` to `range[1]`; values outside it do not count. */
export function densityOf(values: readonly number[], range: readonly [number, number], points = 160): Density {
  const step = (range[1] - range[0]) / (points - 1);
  const at = Array.from({ length: points }, (_, i) => range[0] + i * step);
  const sorted = [...values].sort((a, b) => a - b);
  const spread = [deviation(sorted), (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 1.34].filter(
    (width) => width > 0,
  );
  const width = Math.max(0.9 * Math.min(...spread, Infinity) * sorted.length ** -0.2, step);
  const kernel = Number.isFinite(width) ? width : step;
  // Counted first: of a million losses a picture needs no more than their places.
  const counts = new Float64Array(points);
  for (const value of sorted) {
    const place = Math.round((value - range[0]) / step);
    if (place >= 0 && place < points) counts[place]!++;
  }
  const density = at.map((x) =>
    at.reduce((sum, y, i) => (counts[i] ? sum + counts[i] * Math.exp(-0.5 * ((x - y) / kernel) ** 2) : sum), 0),
  );
  const whole = sorted.length * kernel * Math.sqrt(2 * Math.PI);
  return { at, density: density.map((sum) => sum / whole) };
}
