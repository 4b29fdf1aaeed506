/**
 * New rows drawn from N(μ, scale·Σ), mean and covariance of the old rows (Hewitt 2021, whose code scales Σ by 1e-5). For z
 * of independent normals, one per old row, μ + √(scale/n)·(E − μ)ᵀz has exactly that distribution: no d × d factor is
 * needed, and a singular Σ is as good as any other.
 */
import { transpose, type Matrix } from "./matmul.js";
import { meanOf } from "./mean.js";
import { gather } from "./table.js";
import type { Growing, Initialise } from "./types.js";

/** Draws of one product: bounds its memory, and the time to a stop. */
const block = 64;

export function multivariate(scale: number): Initialise {
  if (!(scale >= 0 && scale < Infinity)) throw new RangeError(`multivariate: invalid scale: ${scale} (0 or more)`);
  return (growing, rows) => drawAround(growing, growing.oldIds, scale, rows);
}

/** Fills `rows` with draws around the mean of the rows named by `ids`. */
export async function drawAround(growing: Growing, ids: Int32Array, scale: number, rows: Float32Array): Promise<void> {
  const { table, matmul, signal, rng } = growing;
  const mean = meanOf(table, ids);
  const [width, count] = [mean.length, ids.length];
  const directions = transpose(centred(gather(table, ids), mean));
  const factor = Math.sqrt(scale / count);
  const draw = rng();
  for (let from = 0; from < rows.length / width; from += block) {
    signal?.throwIfAborted();
    const drawn = Math.min(block, rows.length / width - from);
    const z = Float32Array.from({ length: drawn * count }, () => draw.normal());
    const { data } = await matmul({ shape: [drawn, count], data: z }, directions);
    for (let at = 0; at < data.length; at++) rows[from * width + at] = mean[at % width]! + factor * data[at]!;
  }
}

/** The rows less their mean; changes its argument. */
export function centred(rows: Matrix, mean: Float64Array): Matrix {
  const { data } = rows;
  for (let at = 0; at < data.length; at++) data[at] = data[at]! - mean[at % mean.length]!;
  return rows;
}
