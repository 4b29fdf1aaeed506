/**
 * DELLA (Deep et al. 2024, https://arxiv.org/abs/2406.11617): DARE, but the larger a number of a delta is in its row, the likelier
 * it stays: from density − epsilon for the smallest of a row to density + epsilon for the largest, even steps between. What is
 * kept is divided by its own probability, then merged with elected signs (`della`) or added up (`dellaLinear`).
 */
import { checkRescale, type DareOptions, drawsOf } from "./dare.js";
import { overDeltas, type Sift } from "./deltas.js";
import { rescaled } from "./rescaled.js";
import type { MergeMethod, Tensor } from "./types.js";
import { ofModel, type PerModel } from "./weights.js";

export interface DellaOptions extends DareOptions {
  /** How far probabilities go to either side of the density, which they leave within 0 and 1. Defaults to 0.15. */
  epsilon?: PerModel;
}

/** Normalized or not; defaults to normalized. */
export const della = (options: DellaOptions): MergeMethod =>
  byRank({ name: "della", elects: true, normalize: true, ...options });
/** Normalized or not; defaults to not. */
export const dellaLinear = (options: DellaOptions): MergeMethod =>
  byRank({ name: "della-linear", normalize: false, ...options });

function byRank(options: DellaOptions & { name: string; elects?: boolean }): MergeMethod {
  const { name, density, epsilon = 0.15, rescale = "density", normalize = false, ...rest } = options;
  const count = Math.max(...[density, epsilon].map((value) => [value].flat().length));
  for (let k = 0; k < count; k++) {
    const [share, by] = [ofModel(density, k), ofModel(epsilon, k)];
    if (!(share === 1 || (by >= 0 && share - by > 0 && share + by < 1)))
      throw new Error(`${name}: invalid density: ${share} (with epsilon ${by} it must stay within 0 and 1)`);
  }
  checkRescale(name, rescale);
  const drop = (tensor: Tensor): Sift => {
    const draws = drawsOf(tensor);
    const ranksOf = ranking(tensor.row);
    return (deltas) =>
      deltas.forEach((delta, k) => {
        const [draw, share, by] = [draws(k), ofModel(density, k), ofModel(epsilon, k)];
        if (share === 1) return;
        const step = tensor.row > 1 ? (2 * by) / (tensor.row - 1) : 0;
        const least = tensor.row > 1 ? share - by : share;
        for (let begin = 0; begin < delta.length; begin += tensor.row) {
          const row = delta.subarray(begin, begin + tensor.row);
          const ranks = ranksOf(row);
          for (let i = 0; i < row.length; i++) {
            const kept = least + step * ranks[i]!;
            row[i] = draw.uniform() < kept ? row[i]! / (rescale === "density" ? kept : 1) : 0;
          }
        }
      });
  };
  return overDeltas({
    ...{ name, ...rest, normalize, own: { density, epsilon, rescale } },
    sift: (tensor) => (rescale === "l1" ? rescaled(tensor, drop) : drop(tensor)),
  });
}

/** Ranks of magnitudes in rows so long, from 0 for the smallest; of equal ones the first is the smaller. */
function ranking(width: number): (row: Float32Array) => Int32Array {
  const [keys, ranks] = [new Float64Array(width), new Int32Array(width)];
  // A magnitude's bits order as it does; the place beside them in a whole number below 2^53.
  const places = 2 ** Math.ceil(Math.log2(Math.max(2, width)));
  return (row) => {
    const bits = new Uint32Array(row.buffer, row.byteOffset, row.length);
    for (let i = 0; i < row.length; i++) keys[i] = (bits[i]! & 0x7fffffff) * places + i;
    keys.sort();
    for (let rank = 0; rank < row.length; rank++) ranks[keys[rank]! % places] = rank;
    return ranks;
  };
}
