/**
 * Columns of a law that is a sum of exponentials of linear forms (most scaling laws): evaluated term by term over all rows,
 * with exact first and second derivatives. In logarithms its slopes are averages of the terms' regressors, weighted by
 * the terms' parts of the sum, and its curvature is their covariance.
 */
import type { Columns } from "./columns.js";
import { dot, dot3, exponentiate, logRatio } from "./elementary.js";
import { identity, transformOf } from "./transform.js";
import type { Law, Term } from "./types.js";

/** One use of a constant by a term: its regressors on all rows and on those that are seen, or none where it is the term's factor. */
interface Use {
  k: number;
  all?: Float64Array;
  column?: Float64Array;
  /** Whether the constant has been used before, by an earlier term. */
  again: boolean;
}

/** A term's part of the exponent that has no constant, on all rows and on those that are seen. */
type Offset = Record<"all" | "column", Float64Array>;

export function termColumns(
  law: Law,
  terms: readonly Term[],
  x: readonly (readonly number[])[],
  log: boolean,
): Columns {
  let n = x.length;
  const used = new Set<number>();
  const use = (name: string, all?: Float64Array): Use => {
    const k = law.parameters.findIndex((parameter) => parameter.name === name);
    if (k < 0) throw new Error(`laws: invalid terms of ${law.name}: ${name} is not among its constants`);
    const again = used.has(k);
    used.add(k);
    return { k, all, column: all?.slice(), again };
  };
  const uses: Use[][] = terms.map(({ factor, exponents = {} }) => [
    ...(factor === undefined ? [] : [use(factor)]),
    ...Object.entries(exponents).map(([name, of]) => use(name, columnOf(x, of))),
  ]);
  const offsets = terms.map(({ fixed }): Offset | undefined => {
    const all = fixed && columnOf(x, fixed);
    return all && { all, column: all.slice() };
  });
  const factors = new Set(uses.flatMap((each) => each.flatMap(({ k, column }) => (column ? [] : [k]))));
  const links = law.parameters.map((parameter, k) => {
    if (!factors.has(k)) return transformOf(parameter);
    if (parameter.range[0] === 0 && parameter.range[1] === Infinity) return identity;
    throw new Error(`laws: invalid terms of ${law.name}: the factor ${parameter.name} must range from 0 to Infinity`);
  });
  const parts = terms.map(() => new Float64Array(n));
  const slopes = law.parameters.map(() => new Float64Array(n));
  const [sum, moved] = [new Float64Array(n), new Float64Array(n)];
  return {
    logarithm: log,
    links,
    toNatural: (theta) => Array.from(theta, (v, k) => (factors.has(k) ? Math.exp(v) : v)),
    toTheta: (natural) => Float64Array.from(natural, (v, k) => (factors.has(k) ? Math.log(v) : v)),
    see(rows, count) {
      n = count;
      for (const each of [...uses, offsets])
        for (const { all, column } of each.flatMap((use) => use ?? []))
          if (all && column) for (let i = 0; i < count; i++) column[i] = all[rows[i]!]!;
    },
    residuals(theta, losses, out) {
      for (let i = 0; i < n; i++) sum[i] = 0;
      for (let t = 0; t < parts.length; t++)
        exponentials({ theta, uses: uses[t]!, offset: offsets[t]?.column, part: parts[t]!, sum, n });
      if (log) logRatio(sum, losses, out, n);
      else for (let i = 0; i < n; i++) out[i] = sum[i]! - losses[i]!;
    },
    slopes() {
      if (log) for (let i = 0; i < n; i++) moved[i] = 1 / sum[i]!;
      for (let t = 0; t < parts.length; t++) {
        const part = parts[t]!;
        if (log) for (let i = 0; i < n; i++) part[i]! *= moved[i]!;
        for (const { k, column, again } of uses[t]!) put(part, column, again, slopes[k]!, n);
      }
      return slopes;
    },
    bends(theta, weight, into) {
      const size = theta.length;
      for (let t = 0; t < parts.length; t++) {
        const part = parts[t]!;
        for (let i = 0; i < n; i++) moved[i] = weight[i]! * part[i]!;
        for (let a = 0; a < uses[t]!.length; a++) {
          const first = uses[t]![a]!;
          for (let b = 0; b <= a; b++) {
            const second = uses[t]![b]!;
            const at = first.k > second.k ? first.k * size + second.k : second.k * size + first.k;
            into[at]! += sumOf(moved, first.column, second.column, n);
          }
        }
      }
    },
  };
}

function columnOf(x: readonly (readonly number[])[], of: (x: readonly number[]) => number): Float64Array {
  const column = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) column[i] = of(x[i]!);
  return column;
}

interface Exponentials {
  theta: Float64Array;
  uses: readonly Use[];
  offset?: Float64Array;
  part: Float64Array;
  sum: Float64Array;
  n: number;
}

/** Writes exp(offset + Σ θ_k column_k) into `part` and adds it to `sum`. */
function exponentials({ theta, uses, offset, part, sum, n }: Exponentials): void {
  let fixed = 0;
  let linear = false;
  for (const { k, column } of uses) if (!column) fixed += theta[k]!;
  if (offset) {
    for (let i = 0; i < n; i++) part[i] = fixed + offset[i]!;
    linear = true;
  }
  for (const { k, column } of uses) {
    if (!column) continue;
    const factor = theta[k]!;
    if (linear) for (let i = 0; i < n; i++) part[i]! += factor * column[i]!;
    else for (let i = 0; i < n; i++) part[i] = fixed + factor * column[i]!;
    linear = true;
  }
  if (linear) return exponentiate(part, sum, n);
  const value = Math.exp(fixed);
  for (let i = 0; i < n; i++) {
    part[i] = value;
    sum[i]! += value;
  }
}

/** Writes a · b into `into`, or adds it; b may be a column of ones. */
function put(a: Float64Array, b: Float64Array | undefined, add: boolean, into: Float64Array, n: number): void {
  if (!add && !b) for (let i = 0; i < n; i++) into[i] = a[i]!;
  else if (!add) for (let i = 0; i < n; i++) into[i] = a[i]! * b![i]!;
  else if (b) for (let i = 0; i < n; i++) into[i]! += a[i]! * b[i]!;
  else for (let i = 0; i < n; i++) into[i]! += a[i]!;
}

/** Σ a b c, where b and c may be columns of ones. */
function sumOf(a: Float64Array, b: Float64Array | undefined, c: Float64Array | undefined, n: number): number {
  if (b && c) return dot3(a, b, c, n);
  const other = b ?? c;
  if (other) return dot(a, other, n);
  let sum = 0;
  for (let i = 0; i < n; i++) sum += a[i]!;
  return sum;
}
