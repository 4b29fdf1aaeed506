/**
 * Eigenvalues and eigenvectors of a symmetric matrix in double precision: Householder reflections to tridiagonal form, then
 * implicit QR steps with Wilkinson's shift (Golub & Van Loan, Matrix Computations, §8.3). For a few hundred dimensions.
 */
import type { Matrix } from "./matmul.js";

export interface Eigen {
  /** Largest first. */
  values: Float64Array;
  /** Row `i` is the eigenvector of value `i`, of length one; its sign means nothing. */
  vectors: Matrix<Float64Array>;
}

export function eigen({ shape, data }: Matrix<Float64Array>): Eigen {
  const n = shape[0]!;
  if (!(shape[1] === n && data.length === n * n && data.every(Number.isFinite)))
    throw new Error(`eigen: invalid matrix: [${shape}] (square, of finite numbers)`);
  const { diagonal, beside, turns } = tridiagonal(data.slice(), n);
  diagonalise(diagonal, beside, turns, n);
  const order = Int32Array.from(diagonal.keys()).sort((a, b) => diagonal[b]! - diagonal[a]!);
  const vectors = new Float64Array(n * n);
  order.forEach((from, to) => vectors.set(turns.subarray(from * n, (from + 1) * n), to * n));
  return { values: Float64Array.from(order, (i) => diagonal[i]!), vectors: { shape: [n, n], data: vectors } };
}

/** A = QTQᵀ; `turns` is Qᵀ. Overwrites `a`. */
function tridiagonal(
  a: Float64Array,
  n: number,
): { diagonal: Float64Array; beside: Float64Array; turns: Float64Array } {
  const turns = new Float64Array(n * n);
  for (let i = 0; i < n; i++) turns[i * n + i] = 1;
  const beside = new Float64Array(n);
  const v = new Float64Array(n);
  const w = new Float64Array(n);
  for (let k = 0; k + 1 < n; k++) {
    let square = 0;
    for (let i = k + 1; i < n; i++) square += (v[i] = a[k * n + i]!) ** 2;
    const length = v[k + 1]! > 0 ? -Math.sqrt(square) : Math.sqrt(square);
    beside[k] = length;
    if (k + 2 === n) beside[k] = v[k + 1]!;
    if (k + 2 === n || square === 0) continue;
    v[k + 1]! -= length;
    const scale = 1 / (square - length * (v[k + 1]! + length)); // 2 / vᵀv
    let inner = 0;
    for (let i = k + 1; i < n; i++) {
      let sum = 0;
      for (let j = k + 1, at = i * n + k + 1; j < n; j++, at++) sum += a[at]! * v[j]!;
      w[i] = scale * sum;
      inner += w[i]! * v[i]!;
    }
    for (let i = k + 1; i < n; i++) w[i]! -= (scale / 2) * inner * v[i]!;
    for (let i = k + 1; i < n; i++) {
      const vi = v[i]!;
      const wi = w[i]!;
      for (let j = k + 1, at = i * n + k + 1; j < n; j++, at++) a[at]! -= vi * w[j]! + wi * v[j]!;
    }
    w.fill(0);
    for (let i = k + 1; i < n; i++) for (let j = 0, at = i * n; j < n; j++, at++) w[j]! += v[i]! * turns[at]!;
    for (let i = k + 1; i < n; i++) {
      const vi = scale * v[i]!;
      for (let j = 0, at = i * n; j < n; j++, at++) turns[at]! -= vi * w[j]!;
    }
  }
  return { diagonal: Float64Array.from({ length: n }, (_, i) => a[i * n + i]!), beside, turns };
}

/** QR steps on the lowest block that is not yet diagonal; rows of `turns` become eigenvectors. */
function diagonalise(diagonal: Float64Array, beside: Float64Array, turns: Float64Array, n: number): void {
  for (let high = n - 1, steps = 0; high > 0;) {
    let low = high;
    while (low > 0 && !negligible(low - 1)) low--;
    if (low === high) {
      high--;
      steps = 0;
      continue;
    }
    if (!(steps++ < 60)) throw new Error(`eigen: no convergence at value ${high}`);
    const half = (diagonal[high - 1]! - diagonal[high]!) / 2;
    const last = beside[high - 1]!;
    const shift = diagonal[high]! - last ** 2 / (half + (half < 0 ? -1 : 1) * Math.hypot(half, last));
    let x = diagonal[low]! - shift;
    let bulge = beside[low]!;
    for (let k = low; k < high; k++) {
      const r = Math.hypot(x, bulge);
      const [c, s] = r === 0 ? [1, 0] : [x / r, bulge / r];
      if (k > low) beside[k - 1] = r;
      const [a, b, g] = [diagonal[k]!, beside[k]!, diagonal[k + 1]!];
      diagonal[k] = c * c * a + 2 * c * s * b + s * s * g;
      diagonal[k + 1] = s * s * a - 2 * c * s * b + c * c * g;
      beside[k] = c * s * (g - a) + (c * c - s * s) * b;
      if (k + 1 < high) {
        x = beside[k]!;
        bulge = s * beside[k + 1]!;
        beside[k + 1]! *= c;
      }
      for (let i = k * n, j = (k + 1) * n, end = j; i < end; i++, j++) {
        const p = turns[i]!;
        const q = turns[j]!;
        turns[i] = c * p + s * q;
        turns[j] = c * q - s * p;
      }
    }
  }

  function negligible(k: number): boolean {
    const small = Number.EPSILON * (Math.abs(diagonal[k]!) + Math.abs(diagonal[k + 1]!));
    if (!(Math.abs(beside[k]!) <= small)) return false;
    beside[k] = 0;
    return true;
  }
}
