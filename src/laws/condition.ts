/**
 * Whether rows can tell the constants apart: the condition number of the Jacobian after every column is scaled to length
 * one. Near 1: independent. 1e4 and more: some combination of constants hardly moves any prediction.
 */
import { differences } from "./row-columns.js";
import type { Data, Law } from "./types.js";

export function conditionOf(law: Law, values: readonly number[], data: Pick<Data, "x">): number {
  const n = values.length;
  const gradientOf = law.gradient ?? differences(law);
  const gram = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  const row = new Array<number>(n).fill(0);
  for (const x of data.x) {
    gradientOf.call(law, values, x, row);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) gram[i]![j]! += row[i]! * row[j]!;
  }
  const lengths = gram.map((line, i) => Math.sqrt(line[i]!));
  if (lengths.some((length) => !(length > 0))) return Infinity;
  const scaled = gram.map((line, i) => line.map((v, j) => v / (lengths[i]! * lengths[j]!)));
  const values2 = eigenvalues(scaled);
  const [low, high] = [Math.min(...values2), Math.max(...values2)];
  // Below rounding of the Gram matrix nothing can be said but "at least this".
  return Math.sqrt(high / Math.max(low, 1e-16 * high));
}

/** Cyclic Jacobi on a small symmetric matrix, in place. */
function eigenvalues(a: number[][]): number[] {
  const n = a.length;
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        off += Math.abs(a[p]![q]!);
        rotate(a, p, q);
      }
    }
    if (off < 1e-17) break;
  }
  return a.map((row, i) => row[i]!);
}

function rotate(a: number[][], p: number, q: number): void {
  const apq = a[p]![q]!;
  if (apq === 0) return;
  const theta = (a[q]![q]! - a[p]![p]!) / (2 * apq);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let k = 0; k < a.length; k++) {
    const [kp, kq] = [a[k]![p]!, a[k]![q]!];
    a[k]![p] = c * kp - s * kq;
    a[k]![q] = s * kp + c * kq;
  }
  for (let k = 0; k < a.length; k++) {
    const [pk, qk] = [a[p]![k]!, a[q]![k]!];
    a[p]![k] = c * pk - s * qk;
    a[q]![k] = s * pk + c * qk;
  }
}
