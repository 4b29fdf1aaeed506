/**
 * The singular value decomposition of a table with many more rows than columns, from the eigenvectors of its Gram matrix in
 * double precision. Singular values below 1e-7 of the largest are noise, which is less than a float32 table holds anyway.
 * Not for square matrices that need every digit: `procrustes.ts` has its own.
 */
import { eigen } from "./eigen.js";
import { matmul as plain, transpose, type MatMul, type Matrix } from "./matmul.js";

export interface Singular {
  /** Largest first. */
  values: Float64Array;
  /** Row `k` is the right singular vector of value `k`; its sign means nothing. */
  vectors: Matrix<Float64Array>;
}

export interface SingularOptions {
  table: Matrix<Float32Array | Float64Array>;
  /** How many; from 1 to the table's width. */
  rank: number;
  /** Defaults to plain JavaScript. */
  matmul?: MatMul;
}

/** Rows of the table in one double-precision copy. */
const chunk = 4096;

export async function singular({ table, rank, matmul = plain }: SingularOptions): Promise<Singular> {
  const [rows, width] = [table.shape[0]!, table.shape[1]!];
  if (!(Number.isInteger(rank) && rank > 0 && rank <= width))
    throw new RangeError(`singular: invalid rank: ${rank} (from 1 to the table's width, ${width})`);
  const gram = new Float64Array(width * width);
  for (let from = 0; from < rows; from += chunk) {
    const count = Math.min(chunk, rows - from);
    const part = Float64Array.from(table.data.subarray(from * width, (from + count) * width));
    const turned = transpose({ shape: [count, width], data: part });
    const product = await matmul(turned, turned);
    for (let i = 0; i < gram.length; i++) gram[i]! += product.data[i]!;
  }
  const { values, vectors } = eigen({ shape: [width, width], data: gram });
  return {
    values: values.subarray(0, rank).map((value) => Math.sqrt(Math.max(0, value))),
    vectors: { shape: [rank, width], data: vectors.data.subarray(0, rank * width) },
  };
}

export interface Leading {
  /** Largest first. */
  values: Float64Array;
  /** Row `k` is the left singular vector of value `k`, of length one; 0 where the value is noise. */
  left: Matrix<Float64Array>;
  /** Right singular vectors alike, with signs that go with those on the left. */
  right: Matrix<Float64Array>;
}

/** Singular values and the vectors of both sides of a table of any shape; `rank` is at most its smaller side. */
export async function leading({ table, rank, matmul = plain }: SingularOptions): Promise<Leading> {
  const [rows, width] = [table.shape[0]!, table.shape[1]!];
  if (rows < width) {
    const { values, left, right } = await leading({ table: transpose(table), rank, matmul });
    return { values, left: right, right: left };
  }
  const { values, vectors: right } = await singular({ table, rank, matmul });
  const left = await matmul(right, { shape: table.shape, data: Float64Array.from(table.data) });
  const floor = values[0]! * 1e-7;
  for (let k = 0; k < rank; k++) {
    const known = values[k]! > floor;
    for (let i = k * rows; i < (k + 1) * rows; i++) left.data[i] = known ? left.data[i]! / values[k]! : 0;
    if (!known) right.data.fill(0, k * width, (k + 1) * width);
  }
  return { values, left, right };
}

/** Coordinates F = U [rows, rank], of columns of length one, and primitives P = SVᵀ [rank, width]: the table is nearly FP. */
export async function factorise(
  options: SingularOptions & { table: Matrix },
): Promise<{ coordinates: Matrix; primitives: Matrix }> {
  const { table, rank, matmul = plain } = options;
  const width = table.shape[1]!;
  const { values, vectors } = await singular(options);
  const floor = values[0]! * 1e-7;
  const scaled = (by: (value: number) => number): Matrix => ({
    shape: [rank, width],
    data: Float32Array.from(vectors.data, (entry, i) => entry * by(values[Math.floor(i / width)]!)),
  });
  const inverse = scaled((value) => (value > floor ? 1 / value : 0));
  return { coordinates: await matmul(table, inverse), primitives: scaled((value) => value) };
}
