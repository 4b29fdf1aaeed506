/**
 * A law over fixed rows, as columns: what the rows' predictions are at given constants, and how they move. Two kinds. A law
 * that is a sum of exponentials of linear forms (`terms`: most scaling laws) is evaluated column by column with exact
 * first and second derivatives. Any other law is asked row by row for its prediction and gradient, and its second
 * derivatives are differences of gradients. "θ" is what the optimiser's free numbers are transformed into: the constants
 * themselves, or the logarithm of a term's factor.
 */
import { identity, type Transform, transformOf } from "./transform.js";
import type { Law, Term } from "./types.js";

export interface Columns {
  rows: number;
  /** From the optimiser's free numbers to θ. */
  links: Transform[];
  /** From θ to the law's constants and back. */
  toNatural(theta: Float64Array): number[];
  toTheta(natural: readonly number[]): Float64Array;
  /** Fills `out` with the predictions, or with their logarithms; where they do not exist it holds NaN or an infinity. */
  predict(theta: Float64Array, out: Float64Array): void;
  /** Right after `predict` at the same θ: a column of derivatives per constant, valid until the next call. */
  slopes(theta: Float64Array): readonly Float64Array[];
  /** Right after `slopes`: adds Σ_i weight_i ∂²out_i/∂θ² to the lower triangle of `into`. */
  bends(theta: Float64Array, weight: Float64Array, into: Float64Array): void;
}

export function columnsOf(law: Law, x: readonly (readonly number[])[], log: boolean): Columns {
  return law.terms ? byTerms(law, law.terms, x, log) : byRows(law, x, log);
}

/** One use of a constant by a term: its column of regressors, or none where it is the term's factor. */
interface Use {
  k: number;
  column?: Float64Array;
}

function byTerms(law: Law, terms: readonly Term[], x: readonly (readonly number[])[], log: boolean): Columns {
  const n = x.length;
  const place = (name: string): number => {
    const k = law.parameters.findIndex((parameter) => parameter.name === name);
    if (k < 0) throw new Error(`laws: invalid terms of ${law.name}: ${name} is not among its constants`);
    return k;
  };
  const factors = new Set(terms.flatMap(({ factor }) => (factor === undefined ? [] : [place(factor)])));
  const uses: Use[][] = terms.map(({ factor, exponents = {} }) => [
    ...(factor === undefined ? [] : [{ k: place(factor) }]),
    ...Object.entries(exponents).map(([name, of]) => ({
      k: place(name),
      column: Float64Array.from(x, (row) => of(row)),
    })),
  ]);
  const links = law.parameters.map((parameter, k) => {
    if (!factors.has(k)) return transformOf(parameter);
    if (parameter.range[0] === 0 && parameter.range[1] === Infinity) return identity;
    throw new Error(`laws: invalid terms of ${law.name}: the factor ${parameter.name} must range from 0 to Infinity`);
  });
  const parts = terms.map(() => new Float64Array(n));
  const sum = new Float64Array(n);
  const slopes = law.parameters.map(() => new Float64Array(n));
  const moved = new Float64Array(n);
  return {
    rows: n,
    links,
    toNatural: (theta) => Array.from(theta, (v, k) => (factors.has(k) ? Math.exp(v) : v)),
    toTheta: (natural) => Float64Array.from(natural, (v, k) => (factors.has(k) ? Math.log(v) : v)),
    predict(theta, out) {
      sum.fill(0);
      for (let t = 0; t < parts.length; t++) exponentials(theta, uses[t]!, parts[t]!, sum);
      if (log) for (let i = 0; i < n; i++) out[i] = Math.log(sum[i]!);
      else out.set(sum);
    },
    slopes() {
      for (const column of slopes) column.fill(0);
      for (let t = 0; t < parts.length; t++) {
        const part = parts[t]!;
        if (log) for (let i = 0; i < n; i++) part[i]! /= sum[i]!;
        for (const { k, column } of uses[t]!) addProduct(part, column, slopes[k]!);
      }
      return slopes;
    },
    bends(theta, weight, into) {
      const size = theta.length;
      if (log)
        for (let p = 0; p < size; p++)
          for (let q = 0; q <= p; q++) into[p * size + q]! -= dot3(weight, slopes[p]!, slopes[q]!);
      for (let t = 0; t < parts.length; t++) {
        for (let a = 0; a < uses[t]!.length; a++) {
          const first = uses[t]![a]!;
          moved.fill(0);
          addProduct(parts[t]!, first.column, moved);
          for (let b = 0; b <= a; b++) {
            const second = uses[t]![b]!;
            const [p, q] = first.k > second.k ? [first.k, second.k] : [second.k, first.k];
            into[p * size + q]! += second.column ? dot3(weight, moved, second.column) : dot(weight, moved);
          }
        }
      }
    },
  };
}

/** Writes exp(Σ θ_k column_k) into `part` and adds it to `sum`. */
function exponentials(theta: Float64Array, uses: readonly Use[], part: Float64Array, sum: Float64Array): void {
  const n = part.length;
  let fixed = 0;
  for (const { k, column } of uses) if (!column) fixed += theta[k]!;
  const [first, ...others] = uses.filter(({ column }) => column);
  if (!first) {
    const value = Math.exp(fixed);
    for (let i = 0; i < n; i++) {
      part[i] = value;
      sum[i]! += value;
    }
    return;
  }
  const [lead, by] = [theta[first.k]!, first.column!];
  for (let i = 0; i < n; i++) part[i] = fixed + lead * by[i]!;
  for (const { k, column } of others) {
    const factor = theta[k]!;
    for (let i = 0; i < n; i++) part[i]! += factor * column![i]!;
  }
  for (let i = 0; i < n; i++) {
    const value = Math.exp(part[i]!);
    part[i] = value;
    sum[i]! += value;
  }
}

function addProduct(a: Float64Array, b: Float64Array | undefined, into: Float64Array): void {
  if (b) for (let i = 0; i < a.length; i++) into[i]! += a[i]! * b[i]!;
  else for (let i = 0; i < a.length; i++) into[i]! += a[i]!;
}

function byRows(law: Law, x: readonly (readonly number[])[], log: boolean): Columns {
  const [n, size] = [x.length, law.parameters.length];
  const gradientOf = (law.gradient ?? differences(law)).bind(law);
  const slopes = law.parameters.map(() => new Float64Array(n));
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
      const scale = weight[i]! / scaleOf(gradientOf(natural, x[i]!, row));
      for (let j = 0; j < size; j++) ahead[j]! += scale * row[j]!;
    }
  };
  const scaleOf = (predicted: number): number => (log ? predicted : 1);
  return {
    rows: n,
    links: law.parameters.map(transformOf),
    toNatural: (theta) => Array.from(theta),
    toTheta: (values) => Float64Array.from(values),
    predict(theta, out) {
      load(theta);
      for (let i = 0; i < n; i++) {
        const predicted = law.predict(natural, x[i]!);
        out[i] = log ? Math.log(predicted) : predicted;
      }
    },
    slopes(theta) {
      load(theta);
      for (let i = 0; i < n; i++) {
        const scale = scaleOf(gradientOf(natural, x[i]!, row));
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

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

export function dot3(a: Float64Array, b: Float64Array, c: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]! * c[i]!;
  return sum;
}
