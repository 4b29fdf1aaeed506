/** Random constants and settings for a law, wide enough to try it and tame enough to be evaluated. */
import { type Rng } from "../../../src/rng.js";
import type { Input, Law } from "../../../src/laws/types.js";

/** Where inputs without an upper end are drawn, in equal ratios; by the input's name, else 1 to 100. */
const scales: Record<string, [number, number]> = {
  parameters: [1e6, 1e10],
  tokens: [1e7, 1e12],
  unique: [1e7, 1e11],
  steps: [10, 1e5],
  rank: [1e5, 1e9],
};

export function drawInput({ name, min, max, openMin }: Input, rng: Rng): number {
  if (max === Infinity) {
    const [low, high] = scales[name] ?? [1, 100];
    return low * (high / low) ** rng.uniform();
  }
  const part = openMin ? 0.02 + 0.98 * rng.uniform() : rng.uniform();
  return min + part * (max - min);
}

/** A setting of the law; inputs that are shares of one mixture are made to sum to 1. */
export function drawSetting(law: Law, rng: Rng, mixture = false): number[] {
  const x = law.inputs.map((input) => drawInput(input, rng));
  const sum = x.reduce((a, b) => a + b, 0);
  return mixture ? x.map((value) => value / sum) : x;
}

export function drawConstants(law: Law, rng: Rng): number[] {
  return law.parameters.map(({ range: [low, high], typical }) => {
    if (Number.isFinite(low) && Number.isFinite(high)) {
      const from = low < 0 ? Math.max(low, -4 * typical) : low;
      const to = low < 0 ? Math.min(high, 4 * typical) : Math.min(high, low + 4 * typical, low + 2);
      return from + (0.05 + 0.9 * rng.uniform()) * (to - from);
    }
    const size = typical * 4 ** (2 * rng.uniform() - 1);
    if (Number.isFinite(low)) return low + size;
    if (Number.isFinite(high)) return high - size;
    return rng.uniform() < 0.5 ? size : -size;
  });
}

/** The largest disagreement between the law's gradient and central differences, relative to the sizes of both sides. */
export function gradientError(law: Law, p: readonly number[], x: readonly number[]): number {
  const slopes: number[] = [];
  const predicted = law.gradient!(p, x, slopes);
  let worst = Math.abs(predicted - law.predict(p, x)) / (Math.abs(predicted) + 1e-300);
  p.forEach((value, k) => {
    const step = 1e-5 * (Math.abs(value) + 1e-3 * law.parameters[k]!.typical);
    const moved = (by: number): number =>
      law.predict(
        p.map((v, i) => (i === k ? v + by : v)),
        x,
      );
    // Fourth order, so that what is left is rounding.
    const slope = (8 * (moved(step) - moved(-step)) - (moved(2 * step) - moved(-2 * step))) / (12 * step);
    const rounding = (1e-13 * Math.abs(predicted)) / step;
    worst = Math.max(worst, Math.abs(slope - slopes[k]!) / (Math.abs(slope) + Math.abs(slopes[k]!) + rounding / 1e-6));
  });
  return worst;
}
