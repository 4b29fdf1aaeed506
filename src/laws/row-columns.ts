/**
 * Columns of any law: it is asked row by row for its prediction and gradient, and its second derivatives are differences of
 * gradients. θ is the constants themselves.
 */
import type { Columns } from "./columns.js";
import { transformOf } from "./transform.js";
import type { Law } from "./types.js";

export function rowColumns(law: Law, x: readonly (readonly number[])[], log: boolean): Columns {
  const size = law.parameters.length;
  let seen = x;
  let n = x.length;
  const gradientOf = (law.gradient ?? differences(law)).bind(law);
  const slopes = law.parameters.map(() => new Float64Array(x.length));
  const row = new Array<number>(size).fill(0);
  const ahead = new Float64Array(size);
  const natural = new Array<number>(size).fill(0);
  const load = (theta: Float64Array): number[] => {
    for (let k = 0; k < size; k++) natural[k] = theta[k]!;
    return natural;
  };
  /** Σ_i weight_i ∂out_i/∂θ at θ with constant k moved to `value`. */
  const weighted = (theta: Float64Array, k: number, value: number, weight: Float64Array): void => {
    load(theta)[k] = value;
    ahead.fill(0);
    for (let i = 0; i < n; i++) {
      if (weight[i] === 0) continue;
      const scale = weight[i]! / scaleOf(gradientOf(natural, seen[i]!, row));
      for (let j = 0; j < size; j++) ahead[j]! += scale * row[j]!;
    }
  };
  const scaleOf = (predicted: number): number => (log ? predicted : 1);
  return {
    see(rows, count) {
      n = count;
      seen = Array.from({ length: count }, (_, i) => x[rows[i]!]!);
    },
    logarithm: false,
    links: law.parameters.map(transformOf),
    toNatural: (theta) => Array.from(theta),
    toTheta: (values) => Float64Array.from(values),
    residuals(theta, losses, out) {
      load(theta);
      for (let i = 0; i < n; i++) {
        const predicted = law.predict(natural, seen[i]!);
        out[i] = log ? Math.log(predicted / losses[i]!) : predicted - losses[i]!;
      }
    },
    slopes(theta) {
      load(theta);
      for (let i = 0; i < n; i++) {
        const scale = scaleOf(gradientOf(natural, seen[i]!, row));
        for (let k = 0; k < size; k++) slopes[k]![i] = row[k]! / scale;
      }
      return slopes;
    },
    bends(theta, weight, into) {
      for (let k = 0; k < size; k++) {
        const { range, typical } = law.parameters[k]!;
        const step = 1e-5 * Math.max(Math.abs(theta[k]!), 1e-3 * typical);
        const [low, high] = [Math.max(range[0], theta[k]! - step), Math.min(range[1], theta[k]! + step)];
        weighted(theta, k, high, weight);
        const above = Float64Array.from(ahead);
        weighted(theta, k, low, weight);
        for (let j = 0; j < size; j++) {
          const value = (above[j]! - ahead[j]!) / (high - low);
          // Both halves of a pair are computed; each gives half of the symmetric entry.
          const [p, q] = j > k ? [j, k] : [k, j];
          into[p * size + q]! += j === k ? value : value / 2;
        }
      }
    },
  };
}

/** Central differences for laws that bring no gradient of their own. */
export function differences(law: Law): NonNullable<Law["gradient"]> {
  return (p, x, into) => {
    const moved = [...p];
    for (let k = 0; k < p.length; k++) {
      const step = 6e-6 * Math.max(Math.abs(p[k]!), 1e-3 * law.parameters[k]!.typical);
      moved[k] = p[k]! + step;
      const above = law.predict(moved, x);
      moved[k] = p[k]! - step;
      into[k] = (above - law.predict(moved, x)) / (2 * step);
      moved[k] = p[k]!;
    }
    return law.predict(p, x);
  };
}
