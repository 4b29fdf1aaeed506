/**
 * The product of two matrices, and the highest entries of one, in plain JavaScript; and the shape of something faster. A
 * caller with an engine passes its own (`engine.numerics()`); the pure rooms stay without one. Sums are in double precision
 * here, whatever the entries are.
 */
import { breathe } from "../breathe.js";
import { nearest } from "./nearest.js";

export interface Matrix<T extends Float32Array | Float64Array = Float32Array> {
  /** [rows, columns] */
  shape: number[];
  data: T;
}

/** a · bᵀ for `a` [m, k] and `b` [n, k]; rows of both are what is compared, and stay contiguous. */
export type MatMul = <T extends Float32Array | Float64Array>(a: Matrix<T>, b: Matrix<T>) => Promise<Matrix<T>>;

/** The `few` highest entries of each row of a · bᵀ, highest first: [m, few], and which rows of `b` they belong to. */
export type Highest = (a: Matrix, b: Matrix, few: number) => Promise<{ scores: Float32Array; at: Int32Array }>;

/** What is worth an engine. */
export interface Numerics {
  matmul: MatMul;
  highest: Highest;
}

/** Multiplications between two breaths. */
const breath = 1 << 27;

export const matmul: MatMul = async <T extends Float32Array | Float64Array>(a: Matrix<T>, b: Matrix<T>) => {
  const [m, k] = [a.shape[0]!, a.shape[1]!];
  const n = b.shape[0]!;
  if (!(b.shape[1] === k)) throw new Error(`matmul: invalid shapes: [${a.shape}] and [${b.shape}] (equal row lengths)`);
  const Kind = a.data.constructor as new (length: number) => T;
  const data = new Kind(m * n);
  for (let row = 0, since = 0; row < m; row += 4) {
    if ((since += 4 * n * k) > breath) {
      since = 0;
      await breathe();
    }
    for (let column = 0; column < n; column += 2) tile(a.data, b.data, data, m, n, k, row, column);
  }
  return { shape: [m, n], data };
};

/** Four rows by two columns at once, since a number that is loaded should be used more than once. Beyond an edge, the edge again. */
function tile(
  a: Float32Array | Float64Array,
  b: Float32Array | Float64Array,
  product: Float32Array | Float64Array,
  m: number,
  n: number,
  k: number,
  row: number,
  column: number,
): void {
  const [row1, row2, row3] = [Math.min(row + 1, m - 1), Math.min(row + 2, m - 1), Math.min(row + 3, m - 1)];
  const right = Math.min(column + 1, n - 1);
  const [from0, from1, from2, from3] = [row * k, row1 * k, row2 * k, row3 * k];
  let [s0, s1, s2, s3, t0, t1, t2, t3] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let i = 0, p = column * k, q = right * k; i < k; i++, p++, q++) {
    const u = b[p]!;
    const v = b[q]!;
    const x0 = a[from0 + i]!;
    const x1 = a[from1 + i]!;
    const x2 = a[from2 + i]!;
    const x3 = a[from3 + i]!;
    s0 += x0 * u;
    s1 += x1 * u;
    s2 += x2 * u;
    s3 += x3 * u;
    t0 += x0 * v;
    t1 += x1 * v;
    t2 += x2 * v;
    t3 += x3 * v;
  }
  product[row * n + column] = s0;
  product[row1 * n + column] = s1;
  product[row2 * n + column] = s2;
  product[row3 * n + column] = s3;
  product[row * n + right] = t0;
  product[row1 * n + right] = t1;
  product[row2 * n + right] = t2;
  product[row3 * n + right] = t3;
}

/** Of equal entries the first; `few` is at most the number of rows of `b`. */
export const highest: Highest = async (a, b, few) => {
  const { shape, data } = await matmul(a, b);
  const [m, n] = [shape[0]!, shape[1]!];
  const at = new Int32Array(m * few);
  for (let i = 0; i < m; i++) at.set(nearest(data.subarray(i * n, (i + 1) * n), few), i * few);
  return { at, scores: Float32Array.from(at, (j, i) => data[Math.floor(i / few) * n + j]!) };
};

export const plain: Numerics = { matmul, highest };

/** The rows named by `ids`, in that order. */
export function rowsOf({ shape, data }: Matrix, ids: ArrayLike<number>): Matrix {
  const width = shape[1]!;
  const taken = new Float32Array(ids.length * width);
  for (let n = 0; n < ids.length; n++) taken.set(data.subarray(ids[n]! * width, (ids[n]! + 1) * width), n * width);
  return { shape: [ids.length, width], data: taken };
}

/** Columns become rows. */
export function transpose<T extends Float32Array | Float64Array>({ shape, data }: Matrix<T>): Matrix<T> {
  const [rows, columns] = [shape[0]!, shape[1]!];
  const Kind = data.constructor as new (length: number) => T;
  const turned = new Kind(data.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) turned[j * rows + i] = data[i * columns + j]!;
  return { shape: [columns, rows], data: turned };
}
