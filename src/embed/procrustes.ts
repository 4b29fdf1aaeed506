/**
 * The rotation or reflection that brings paired points closest together (orthogonal Procrustes, Schönemann 1966): R = UVᵀ
 * from the singular value decomposition of XᵀY, here by one-sided Jacobi rotations, which keep small singular values exact.
 * No scaling, no shift, no constraint on the determinant; directions that no pair reaches are completed to an orthogonal R.
 */
import type { Matrix } from "./matmul.js";

/** R for which ‖XR − Y‖ is smallest; rows of `x` and `y` are pairs. */
export function procrustes(x: Matrix, y: Matrix): Matrix<Float64Array> {
  const [pairs, dim] = [x.shape[0]!, x.shape[1]!];
  if (!(y.shape[0] === pairs && y.shape[1] === dim && pairs > 0))
    throw new Error(`procrustes: invalid pairs: [${x.shape}] and [${y.shape}] (equal shapes, a pair or more)`);
  // Column j of XᵀY is row j here: what the rotations below combine stays contiguous.
  const columns = new Float64Array(dim * dim);
  for (let n = 0; n < pairs; n++)
    for (let j = 0; j < dim; j++) {
      const value = y.data[n * dim + j]!;
      for (let i = 0; i < dim; i++) columns[j * dim + i]! += value * x.data[n * dim + i]!;
    }
  const v = new Float64Array(dim * dim);
  for (let i = 0; i < dim; i++) v[i * dim + i] = 1;
  orthogonalise(columns, v, dim);
  const u = completed(columns, dim);
  const r = new Float64Array(dim * dim);
  for (let k = 0; k < dim; k++)
    for (let i = 0; i < dim; i++) {
      const value = u[k * dim + i]!;
      for (let j = 0; j < dim; j++) r[i * dim + j]! += value * v[k * dim + j]!;
    }
  return { shape: [dim, dim], data: r };
}

/** Rotates pairs of rows of `a` until all are orthogonal, and the rows of `v` with them. */
function orthogonalise(a: Float64Array, v: Float64Array, dim: number): void {
  for (let sweep = 0, turned = true; turned; sweep++) {
    if (!(sweep < 60)) throw new Error("procrustes: no convergence");
    turned = false;
    for (let p = 0; p < dim; p++)
      for (let q = p + 1; q < dim; q++) {
        let [pp, qq, pq] = [0, 0, 0];
        for (let i = p * dim, j = q * dim, end = i + dim; i < end; i++, j++) {
          pp += a[i]! * a[i]!;
          qq += a[j]! * a[j]!;
          pq += a[i]! * a[j]!;
        }
        if (!(Math.abs(pq) > 1e-15 * Math.sqrt(pp * qq))) continue;
        turned = true;
        const zeta = (qq - pp) / (2 * pq);
        const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
        const c = 1 / Math.hypot(1, t);
        rotate(a, p * dim, q * dim, dim, c, c * t);
        rotate(v, p * dim, q * dim, dim, c, c * t);
      }
  }
}

function rotate(m: Float64Array, p: number, q: number, length: number, c: number, s: number): void {
  for (let i = p, j = q; i < p + length; i++, j++) {
    const a = m[i]!;
    const b = m[j]!;
    m[i] = c * a - s * b;
    m[j] = s * a + c * b;
  }
}

/** Orthogonal rows scaled to length one; rows of (nearly) nothing are replaced by unit vectors orthogonal to the others. */
function completed(a: Float64Array, dim: number): Float64Array {
  const lengths = Array.from({ length: dim }, (_, k) => Math.hypot(...a.subarray(k * dim, (k + 1) * dim)));
  const floor = Math.max(...lengths) * dim * Number.EPSILON;
  const unit = new Float64Array(dim * dim);
  const empty: number[] = [];
  lengths.forEach((length, k) => {
    if (length > floor) for (let i = k * dim; i < (k + 1) * dim; i++) unit[i] = a[i]! / length;
    else empty.push(k);
  });
  let axis = 0;
  for (const k of empty)
    for (let length = 0; !(length > 0.5 / Math.sqrt(dim)); axis++) {
      const row = unit.subarray(k * dim, (k + 1) * dim).fill(0);
      row[axis] = 1;
      for (let twice = 0; twice < 2; twice++)
        for (let other = 0; other < dim; other++)
          if (other !== k) remove(row, unit.subarray(other * dim, (other + 1) * dim));
      length = Math.hypot(...row);
      for (let i = 0; i < dim; i++) row[i]! /= length;
    }
  return unit;
}

function remove(row: Float64Array, direction: Float64Array): void {
  const along = row.reduce((sum, value, i) => sum + value * direction[i]!, 0);
  for (let i = 0; i < row.length; i++) row[i]! -= along * direction[i]!;
}
