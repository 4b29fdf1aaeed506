/**
 * The product of two matrices, and the highest entries of one, in plain JavaScript; and the shape of something faster. A
 * caller with an engine passes its own (`engine.numerics()`); the pure rooms stay without one. Sums are in double precision
 * here, whatever the entries are.
 */
import { breathe } from "../vocab/breathe.js";
import { nearest } from "./nearest.js";

export interface Matrix<T extends Float32Array | Float64Array = Float32Array> {
  /** [rows, columns] */
  shape: number[];
  data: T;
}

/** a · bᵀ for `a` [m, k] and `b` [n, k]: rows of both are what is compared, and stay contiguous. */
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

/** Rows of `a` that one pass over `b` serves: each row of `b` is loaded once for four. */
const strip = 4;

export const matmul: MatMul = async <T extends Float32Array | Float64Array>(a: Matrix<T>, b: Matrix<T>) => {
  const [m, k] = [a.shape[0]!, a.shape[1]!];
  const n = b.shape[0]!;
  if (!(b.shape[1] === k)) throw new Error(`matmul: invalid shapes: [${a.shape}] and [${b.shape}] (equal row lengths)`);
  const Kind = a.data.constructor as new (length: number) => T;
  const data = new Kind(m * n);
  const [x, y] = [a.data, b.data];
  for (let top = 0, since = 0; top < m; top += strip) {
    if ((since += strip * n * k) > breath) {
      since = 0;
      await breathe();
    }
    const rows = Math.min(strip, m - top);
    const [r0, r1, r2, r3] = [0, 1, 2, 3].map((r) => (top + Math.min(r, rows - 1)) * k) as [
      number,
      number,
      number,
      number,
    ];
    for (let j = 0; j < n; j++) {
      let [s0, s1, s2, s3] = [0, 0, 0, 0];
      for (let i = 0, at = j * k; i < k; i++, at++) {
        const value = y[at]!;
        s0 += x[r0 + i]! * value;
        s1 += x[r1 + i]! * value;
        s2 += x[r2 + i]! * value;
        s3 += x[r3 + i]! * value;
      }
      const sums = [s0, s1, s2, s3];
      for (let r = 0; r < rows; r++) data[(top + r) * n + j] = sums[r]!;
    }
  }
  return { shape: [m, n], data };
};

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
