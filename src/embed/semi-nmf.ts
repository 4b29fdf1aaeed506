/**
 * Semi-nonnegative matrix factorisation, X ≈ G·F with G ≥ 0 (Ding et al. 2010, §3): F holds directions that rows share, G
 * says how much of each a row has. It starts from k-means, and no step makes the error larger.
 */
import { matmul as plain, transpose, type MatMul, type Matrix } from "./matmul.js";
import type { Rng } from "../rng.js";

type Doubles = Matrix<Float64Array>;

export interface SemiNmfOptions {
  /** [n, width] */
  x: Doubles;
  rank: number;
  /** Defaults to 50. */
  iterations?: number;
  rng: Rng;
  matmul?: MatMul;
  signal?: AbortSignal | undefined;
}

export interface SemiNmf {
  /** [n, rank], nonnegative */
  g: Doubles;
  /** [rank, width] */
  f: Doubles;
  /** ‖X − GF‖² after each iteration. */
  errors: number[];
}

export async function semiNmf(options: SemiNmfOptions): Promise<SemiNmf> {
  const { x, rank, iterations = 50, rng, matmul = plain, signal } = options;
  if (!(Number.isInteger(rank) && rank > 0 && rank <= x.shape[0]!))
    throw new RangeError(`semiNmf: invalid rank: ${rank} (from 1 to the ${x.shape[0]} rows)`);
  const g = memberships(x, rank, rng);
  const columns = transpose(x);
  const errors: number[] = [];
  let f = await directions(g, columns, matmul);
  for (let step = 0; step < iterations; step++) {
    signal?.throwIfAborted();
    const xf = await matmul(x, f);
    const ff = await matmul(f, f);
    const [up, down] = [ff.data.map(minus), ff.data.map(plus)].map((data) => ({ shape: ff.shape, data }));
    const [more, less] = [await matmul(g, up!), await matmul(g, down!)];
    for (let at = 0; at < g.data.length; at++) {
      const [above, below] = [plus(xf.data[at]!) + more.data[at]!, minus(xf.data[at]!) + less.data[at]!];
      if (below > 0) g.data[at] = g.data[at]! * Math.sqrt(above / below);
    }
    f = await directions(g, columns, matmul);
    const made = await matmul(g, transpose(f));
    errors.push(x.data.reduce((sum, value, at) => sum + (value - made.data[at]!) ** 2, 0));
  }
  return { g, f, errors };
}

const plus = (a: number): number => (Math.abs(a) + a) / 2;
const minus = (a: number): number => (Math.abs(a) - a) / 2;

/** F = (GᵀG)⁻¹GᵀX. */
async function directions(g: Doubles, columns: Doubles, matmul: MatMul): Promise<Doubles> {
  const gt = transpose(g);
  return solve(await matmul(gt, gt), await matmul(gt, columns));
}

/** Solves a·y = b for a symmetric positive `a`, [k, k], by elimination; a direction that no row uses gets zeros. */
function solve(a: Doubles, b: Doubles): Doubles {
  const [k, width] = [a.shape[0]!, b.shape[1]!];
  const [left, right] = [a.data.slice(), b.data.slice()];
  const used = Array.from({ length: k }, (_, j) => left[j * k + j]!);
  for (let j = 0; j < k; j++) {
    const pivot = left[j * k + j]!;
    if (!(pivot > 1e-12 * used[j]!)) {
      right.fill(0, j * width, (j + 1) * width);
      left.fill(0, j * k, (j + 1) * k);
      left[j * k + j] = 1;
      continue;
    }
    for (let i = j + 1; i < k; i++) {
      const factor = left[i * k + j]! / pivot;
      if (factor === 0) continue;
      for (let c = j; c < k; c++) left[i * k + c]! -= factor * left[j * k + c]!;
      for (let c = 0; c < width; c++) right[i * width + c]! -= factor * right[j * width + c]!;
    }
  }
  for (let j = k - 1; j >= 0; j--)
    for (let c = 0; c < width; c++) {
      let sum = right[j * width + c]!;
      for (let i = j + 1; i < k; i++) sum -= left[j * k + i]! * right[i * width + c]!;
      right[j * width + c] = sum / left[j * k + j]!;
    }
  return { shape: [k, width], data: right };
}

/** k-means in ten rounds from rows drawn at random; each row belongs to its cluster by 1.2 and to every other by 0.2. */
function memberships({ shape, data }: Doubles, rank: number, rng: Rng): Doubles {
  const [n, width] = [shape[0]!, shape[1]!];
  const starts = rng.shuffle([...Array(n).keys()]).slice(0, rank);
  const centres = new Float64Array(rank * width);
  starts.forEach((row, k) => centres.set(data.subarray(row * width, (row + 1) * width), k * width));
  const cluster = new Int32Array(n);
  for (let round = 0; round < 10; round++) {
    const sizes = new Int32Array(rank);
    const sums = new Float64Array(rank * width);
    for (let row = 0; row < n; row++) {
      let [best, least] = [0, Infinity];
      for (let k = 0; k < rank; k++) {
        let distance = 0;
        for (let j = 0; j < width && distance < least; j++)
          distance += (data[row * width + j]! - centres[k * width + j]!) ** 2;
        if (distance < least) [best, least] = [k, distance];
      }
      cluster[row] = best;
      sizes[best]!++;
      for (let j = 0; j < width; j++) sums[best * width + j]! += data[row * width + j]!;
    }
    for (let k = 0; k < rank; k++)
      if (sizes[k]! > 0) for (let j = 0; j < width; j++) centres[k * width + j] = sums[k * width + j]! / sizes[k]!;
  }
  const g = new Float64Array(n * rank).fill(0.2);
  cluster.forEach((k, row) => (g[row * rank + k]! += 1));
  return { shape: [n, rank], data: g };
}
